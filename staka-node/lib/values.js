'use strict';

// Checks of arguments, as far as JSON cannot express a wrong one; the core checks the rest. Each function returns the
// value for JSON, and adds what is wrong with it to `errors`, under the name of the field without its path.

function kindOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  const kinds = { bigint: 'a BigInt', function: 'a function', object: 'an object', symbol: 'a symbol' };
  return kinds[typeof value] ?? `a ${typeof value}`;
}

/** Adds an error of a field; at most 50 are kept. */
function addError(name, errors, problem) {
  if (errors.length < 50) errors.push({ field: name, problem });
}

/** Returns the problem with a name that does not exist; `plural` introduces those that do. */
function unknown(what, plural, known) {
  const names = Object.keys(known);
  if (names.length === 0) return `is not ${what}, which has none`;
  const listed = `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;
  return `is not ${what}; ${plural} are ${listed}`;
}

function text(value, name, errors) {
  if (typeof value === 'string') return value;
  return addError(name, errors, `must be text, not ${kindOf(value)}`);
}

function boolean(value, name, errors) {
  if (typeof value === 'boolean') return value;
  return addError(name, errors, `must be true or false, not ${kindOf(value)}`);
}

function number(value, name, errors) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return addError(name, errors, `must be a number, not ${typeof value === 'number' ? value : kindOf(value)}`);
}

function integer(value, name, errors) {
  if (Number.isSafeInteger(value)) return value;
  return addError(name, errors, `must be a whole number, not ${typeof value === 'number' ? value : kindOf(value)}`);
}

function time(value, name, errors) {
  if (typeof value === 'string') return value;
  if (!(value instanceof Date)) return addError(name, errors, `must be a Date or ISO 8601 text, not ${kindOf(value)}`);
  if (Number.isNaN(value.getTime())) return addError(name, errors, 'must be a valid Date');
  return value.toISOString();
}

function json(value, name, errors) {
  let plain;
  try {
    plain = JSON.stringify(value);
  } catch {
    return addError(name, errors, 'must be a value that JSON can express');
  }
  if (plain === undefined) return addError(name, errors, `must be a value that JSON can express, not ${kindOf(value)}`);
  return JSON.parse(plain);
}

function nullable(check) {
  return (value, name, errors) => (value === null ? null : check(value, name, errors));
}

function listOf(check) {
  return (value, name, errors) => {
    if (!Array.isArray(value)) return addError(name, errors, `must be a list, not ${kindOf(value)}`);
    // `map` would skip the holes of a sparse array.
    return Array.from(value, (one, index) => check(one, `${name}[${index}]`, errors));
  };
}

/** Checks a filter: a value, a list of values, or null. */
function oneOrMany(check) {
  const many = listOf(check);
  return (value, name, errors) => {
    if (value === null) return null;
    return Array.isArray(value) ? many(value, name, errors) : check(value, name, errors);
  };
}

/** Checks a range `{ from, to }`; errors of a bound have the name of the range. */
function range(check) {
  return (value, name, errors) => {
    if (!isPlain(value)) return addError(name, errors, `must be an object with from and to, not ${kindOf(value)}`);
    const range = {};
    for (const bound of Object.keys(value)) {
      const boundErrors = [];
      if (bound !== 'from' && bound !== 'to') addError(name, errors, `may have only from and to, not ${bound}`);
      else if (value[bound] != null) range[bound] = check(value[bound], name, boundErrors);
      for (const { problem } of boundErrors) addError(name, errors, `${bound}: ${problem}`);
    }
    return range;
  };
}

/** Checks an object with the fields `name: [check, whether it is required]`. */
function objectOf(known) {
  return (value, name, errors) => {
    if (!isPlain(value)) return addError(name, errors, `must be an object, not ${kindOf(value)}`);
    const object = {};
    for (const field of Object.keys(value)) {
      if (!Object.hasOwn(known, field)) addError(field, errors, unknown('a field of this object', 'fields', known));
    }
    for (const field of Object.keys(known)) {
      const [check, required] = known[field];
      if (value[field] !== undefined) object[field] = check(value[field], field, errors);
      else if (required) addError(field, errors, 'is required');
    }
    return object;
  };
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Checks `value` and stores it under `name`; `undefined` counts as not given. */
function put(target, name, check, value, errors) {
  if (value !== undefined) target[name] = check(value, name, errors);
}

/** Checks an object of options and stores each in `target`, or in the object parameter that the option belongs to. */
function putOptions(target, known, options, errors) {
  if (options === undefined) return;
  if (!isPlain(options)) {
    addError('options', errors, `must be an object, not ${kindOf(options)}`);
    return;
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) {
      addError(name, errors, unknown('an option of this operation', 'options', known));
      continue;
    }
    const [check, parameter] = known[name];
    put(parameter === null ? target : (target[parameter] ??= {}), name, check, options[name], errors);
  }
}

/** Returns a result of free JSON: the wire format wraps a list in another one, as it does rows. */
function free(answer) {
  return Array.isArray(answer) ? answer[0] : answer;
}

module.exports = {
  boolean, free, integer, json, listOf, nullable, number, objectOf, oneOrMany, put, putOptions, range, text, time,
};
