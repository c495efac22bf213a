'use strict';

// What operations take, checked as far as JSON could not carry it; the rest the core checks. Each function gives the
// value for JSON; what is wrong with it goes to `faults`, under the name of the field alone, wherever that stands.

function named(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  return { bigint: 'a BigInt', function: 'a function', object: 'an object', symbol: 'a symbol' }[typeof value] ?? `a ${typeof value}`;
}

function wrong(name, faults, problem) {
  faults.push({ field: name, problem });
}

function text(value, name, faults) {
  if (typeof value === 'string') return value;
  return wrong(name, faults, `must be text, not ${named(value)}`);
}

function boolean(value, name, faults) {
  if (typeof value === 'boolean') return value;
  return wrong(name, faults, `must be true or false, not ${named(value)}`);
}

function number(value, name, faults) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return wrong(name, faults, `must be a number, not ${typeof value === 'number' ? value : named(value)}`);
}

function integer(value, name, faults) {
  if (Number.isSafeInteger(value)) return value;
  return wrong(name, faults, `must be a whole number, not ${typeof value === 'number' ? value : named(value)}`);
}

function time(value, name, faults) {
  if (typeof value === 'string') return value;
  if (!(value instanceof Date)) return wrong(name, faults, `must be a Date or ISO 8601 text, not ${named(value)}`);
  if (Number.isNaN(value.getTime())) return wrong(name, faults, 'must be a moment, not an invalid Date');
  return value.toISOString();
}

function json(value, name, faults) {
  let plain;
  try {
    plain = JSON.stringify(value);
  } catch {
    return wrong(name, faults, 'must be what JSON can hold');
  }
  if (plain === undefined) return wrong(name, faults, `must be what JSON can hold, not ${named(value)}`);
  return JSON.parse(plain);
}

function nullable(check) {
  return (value, name, faults) => (value === null ? null : check(value, name, faults));
}

function listOf(check) {
  return (value, name, faults) => {
    if (!Array.isArray(value)) return wrong(name, faults, `must be a list, not ${named(value)}`);
    // Not `map`, which leaves holes out.
    return Array.from(value, (one, place) => check(one, `${name}[${place}]`, faults));
  };
}

/** A value that is looked for, a list of such values, or null. */
function oneOrMany(check) {
  const many = listOf(check);
  return (value, name, faults) => {
    if (value === null) return null;
    return Array.isArray(value) ? many(value, name, faults) : check(value, name, faults);
  };
}

/** `{ from, to }`; what is wrong with a bound is said of the range. */
function range(check) {
  return (value, name, faults) => {
    if (!isPlain(value)) return wrong(name, faults, `must be an object of from and to, not ${named(value)}`);
    const to = {};
    for (const bound of Object.keys(value)) {
      const within = [];
      if (bound !== 'from' && bound !== 'to') wrong(name, faults, `has from and to, and no ${bound}`);
      else if (value[bound] != null) to[bound] = check(value[bound], name, within);
      for (const { problem } of within) wrong(name, faults, `${bound}: ${problem}`);
    }
    return to;
  };
}

/** An object of these fields, `name: [check, whether it must be given]`. */
function objectOf(known) {
  return (value, name, faults) => {
    if (!isPlain(value)) return wrong(name, faults, `must be an object, not ${named(value)}`);
    const to = {};
    for (const field of Object.keys(value)) {
      if (!Object.hasOwn(known, field)) wrong(field, faults, `is no field; there are ${Object.keys(known).join(', ')}`);
    }
    for (const field of Object.keys(known)) {
      const [check, required] = known[field];
      if (value[field] !== undefined) to[field] = check(value[field], field, faults);
      else if (required) wrong(field, faults, 'is required');
    }
    return to;
  };
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Puts `value` under `name`, unless it is not given. */
function put(to, name, check, value, faults) {
  if (value !== undefined) to[name] = check(value, name, faults);
}

/** The names and values of an object of options, and what is wrong with it. */
function putOptions(to, known, options, faults) {
  if (options === undefined) return;
  if (!isPlain(options)) {
    wrong('options', faults, `must be an object, not ${named(options)}`);
    return;
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) {
      wrong(name, faults, `is no option; there are ${Object.keys(known).join(', ')}`);
      continue;
    }
    const [check, within] = known[name];
    put(within === null ? to : (to[within] ??= {}), name, check, options[name], faults);
  }
}

/** Free JSON that is a whole answer: the wire writes a list within a list, as it does rows. */
function free(answer) {
  return Array.isArray(answer) ? answer[0] : answer;
}

module.exports = {
  boolean, free, integer, json, listOf, nullable, number, objectOf, oneOrMany, put, putOptions, range, text, time,
};
