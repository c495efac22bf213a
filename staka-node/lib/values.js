'use strict';

// What operations take, checked as far as JSON could not carry it; the rest the core checks. Each function gives the
// value for JSON, or throws what is wrong with it, as text.

function named(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { bigint: 'a BigInt', function: 'a function', object: 'an object', symbol: 'a symbol' }[typeof value] ?? `a ${typeof value}`;
}

function text(value) {
  if (typeof value === 'string') return value;
  throw `must be text, not ${named(value)}`;
}

function boolean(value) {
  if (typeof value === 'boolean') return value;
  throw `must be true or false, not ${named(value)}`;
}

function number(value) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw typeof value === 'number' ? `must be a number, not ${value}` : `must be a number, not ${named(value)}`;
}

function integer(value) {
  if (Number.isSafeInteger(value)) return value;
  throw typeof value === 'number' ? `must be a whole number, not ${value}` : `must be a whole number, not ${named(value)}`;
}

function time(value) {
  if (typeof value === 'string') return value;
  if (!(value instanceof Date)) throw `must be a Date or ISO 8601 text, not ${named(value)}`;
  if (Number.isNaN(value.getTime())) throw 'must be a moment, not an invalid Date';
  return value.toISOString();
}

function json(value) {
  let plain;
  try {
    plain = JSON.stringify(value);
  } catch {
    throw 'must be what JSON can hold';
  }
  if (plain === undefined) throw `must be what JSON can hold, not ${named(value)}`;
  return JSON.parse(plain);
}

function listOf(check) {
  return (value) => {
    if (!Array.isArray(value)) throw `must be a list, not ${named(value)}`;
    return value.map((one, place) => {
      try {
        return check(one);
      } catch (problem) {
        throw { problem, place };
      }
    });
  };
}

/** Puts `value` under `name`, unless it is not given; what is wrong with it goes to `faults`. */
function put(to, name, check, value, optional, faults) {
  if (value === undefined) return;
  if (value === null && optional) return;
  try {
    to[name] = check(value);
  } catch (fault) {
    if (typeof fault === 'string') faults.push({ field: name, problem: fault });
    else if (typeof fault?.place === 'number') faults.push({ field: `${name}[${fault.place}]`, problem: fault.problem });
    else throw fault;
  }
}

/** The names and values of an object of options, and what is wrong with it. */
function putOptions(to, known, options, faults) {
  if (options === undefined) return;
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    faults.push({ field: 'options', problem: `must be an object, not ${named(options)}` });
    return;
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) {
      faults.push({ field: name, problem: `is no option; there are ${Object.keys(known).join(', ')}` });
      continue;
    }
    const [check, within] = known[name];
    put(within === null ? to : (to[within] ??= {}), name, check, options[name], true, faults);
  }
}

module.exports = { boolean, integer, json, listOf, number, put, putOptions, text, time };
