/**
 * Conditions and computed values of a form in the browser: the same evaluator as instruments/logic/evaluation.py, for the
 * same sheet (its docstring describes it). The two answer to the same test vectors and must change together.
 *
 *   const { hidden, calc, broken, required } = settle(sheet, answers, "2026-11-21");
 *
 * `hidden`: questions and "@SECTION"; the questions of a hidden section are in it too. `required`: those that
 * required_when demands. `calc`: {key: text}. `broken`: {key: message}. A question of a repeating section is `key@row`.
 *
 * Values: null, a BigInt that counts ten-thousand-millionths, text (dates and times are ISO text), boolean, list.
 */

const DECIMALS = 10;
const ONE = 10n ** 10n;
const LIMIT = 10n ** 25n;
const TEXT_LIMIT = 10_000;
const SUBJECT_LIMIT = 500;
const FILTER_MESSAGE = "ตัวเลือกนี้ไม่อยู่ในรายการของคำตอบที่เลือกไว้ก่อนหน้า โปรดเลือกใหม่";
const ROW = /^[a-z0-9]{4,12}$/;
const NUMBER = /^(?:[+-]?[0-9]{1,15}(?:\.[0-9]{0,30})?|[+-]?\.[0-9]{1,30})$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is hidden, computed, broken and required, for the answers on this day (ISO text). */
export function settle(sheet, answers, today) {
  const run = new Run(sheet, answers, today);
  run.settle();
  run.judge();
  return run.settled;
}

/** The values of the choices that the question's filter lets through, in the order of the form; null where it has none. */
export function allowed(sheet, key, answers, today, row = "") {
  const check = sheet.checks.find((item) => item.key === key && item.filter);
  if (!check) return null;
  const run = new Run(sheet, answers, today);
  run.settle();
  run.enter(check, row ?? "");
  return sheet.lists[check.list].order.filter((value) => run.passes(check, value));
}

/** The value of one prepared tree in the place of a question. */
export function evaluate(sheet, tree, answers, today, key = "", row = "") {
  const run = new Run(sheet, answers, today);
  run.settle();
  run.enter({ key, group: own(sheet.names, key)?.group ?? "" }, row);
  return run.value(tree);
}

class Run {
  constructor(sheet, answers, today) {
    this.sheet = sheet;
    this.answers = answers;
    this.today = String(today).slice(0, 10);
    this.settled = { hidden: new Set(), calc: {}, broken: {}, required: new Set() };
    this.known = new Map();
    this.rowsOf = new Map();
    this.attributes = {};
    this.key = this.group = this.row = "";
  }

  // Walking the form

  settle() {
    const { hidden } = this.settled;
    for (const step of this.sheet.steps) {
      const { key, show, expr } = step;
      if (key[0] === "@") {
        this.enter({ key: "", group: "" }, "");
        if (this.value(show) === true) continue;
        hidden.add(key);
        const group = key.slice(1);
        const ends = own(this.sheet.groups, group) ? this.rows(group).map((row) => `@${row}`) : [""];
        for (const question of step.questions) for (const end of ends) hidden.add(question + end);
        continue;
      }
      for (const row of step.group ? this.rows(step.group) : [""]) {
        this.enter(step, row);
        const place = row ? `${key}@${row}` : key;
        if (hidden.has(place)) continue;
        if (show && this.value(show) !== true) hidden.add(place);
        else if (expr) this.keep(place, this.value(expr), step.decimals);
      }
    }
  }

  judge() {
    const { hidden, required, broken } = this.settled;
    for (const check of this.sheet.checks) {
      for (const row of check.group ? this.rows(check.group) : [""]) {
        const place = row ? `${check.key}@${row}` : check.key;
        if (hidden.has(place)) continue;
        this.enter(check, row);
        if (check.required && this.value(check.required) === true) required.add(place);
        if (check.filter && !this.inList(check)) broken[place] = FILTER_MESSAGE;
        else if (check.must && this.answered(check) && this.value(check.must) === false) broken[place] = check.message;
      }
    }
  }

  enter(place, row) {
    this.key = place.key;
    this.group = place.group;
    this.row = row;
  }

  rows(group) {
    if (!this.rowsOf.has(group)) {
      const given = answerOf(this.answers, `${group}.rows`);
      const found = (Array.isArray(given) ? given : []).filter((row) => typeof row === "string" && ROW.test(row));
      this.rowsOf.set(group, [...new Set(found)]);
    }
    return this.rowsOf.get(group);
  }

  keep(place, result, decimals) {
    let value = result;
    if (typeof value === "bigint") value = rounded(value, decimals);
    else if (typeof value === "string") value = cut(value);
    if (value === null || value === "" || Array.isArray(value)) return;
    this.known.set(place, value);
    this.settled.calc[place] = textOf(value);
  }

  answered(check) {
    return check.main.some((slot) => !blank(this.named(slot)));
  }

  inList(check) {
    const value = this.named(check.key);
    if (value === null) return true;
    return (Array.isArray(value) ? value : [value]).every((item) => this.passes(check, item));
  }

  passes(check, value) {
    const attributes = own(this.sheet.lists[check.list].attrs, value);
    if (attributes === undefined) return false;
    this.attributes = attributes;
    return this.value(check.filter) === true;
  }

  // Reading answers

  /** The value of a name as seen from here: this row's, or a list of all rows. */
  named(name) {
    const spec = own(this.sheet.names, name);
    if (!spec) return null;
    if (!spec.group) return this.slot(name, spec, "");
    if (spec.group === this.group) return this.slot(name, spec, `@${this.row}`);
    return this.rows(spec.group).map((row) => this.slot(name, spec, `@${row}`));
  }

  slot(name, spec, end) {
    if (this.settled.hidden.has(spec.question + end)) return null;
    switch (spec.kind) {
      case "calc":
        return this.known.get(name + end) ?? null;
      case "rows": {
        const rows = this.rows(spec.of);
        return rows.length ? rows : null;
      }
      case "matrix":
        return spec.rows.map((row) => readNumber(answerOf(this.answers, row + end)));
      default:
        return READERS[spec.kind]?.(answerOf(this.answers, name + end)) ?? null;
    }
  }

  // Values

  value(node) {
    return OPERATIONS[node[0]](this, node);
  }

  text(node) {
    return textOf(this.value(node));
  }
}

function own(object, key) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function answerOf(answers, slot) {
  const entry = own(answers, slot);
  const given = entry && typeof entry === "object" && entry.na !== true ? entry.v : null;
  return given ?? null;
}

const READERS = {
  number: readNumber,
  text: (value) => (typeof value === "string" && value ? value : null),
  list: (value) => {
    const kept = Array.isArray(value) ? value.filter((item) => typeof item === "string" && item) : [];
    return kept.length ? kept : null;
  },
  date: (value) => (dateOf(value) ? value : null),
  time: (value) => (typeof value === "string" && TIME.test(value) ? value : null),
  thing: (value) => (value && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length ? true : null),
};

function textOf(value) {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "bigint") return writeNumber(value);
  return typeof value === "string" ? value : "";
}

function cut(text) {
  return text.length > TEXT_LIMIT ? [...text].slice(0, TEXT_LIMIT).join("") : text;
}

function blank(value) {
  return Array.isArray(value) ? value.every(blank) : value === null || value === "";
}

function leaves(values) {
  return values.flatMap((value) => (Array.isArray(value) ? leaves(value) : blank(value) ? [] : [value]));
}

// -- Numbers: as in instruments/logic/numbers.py ------------------------------------------------------------------

function within(value) {
  return value > -LIMIT && value < LIMIT ? value : null;
}

function size(value) {
  return value < 0n ? -value : value;
}

/** Halves away from zero; bottom is not 0. */
function quotient(top, bottom) {
  const divisor = size(bottom);
  let whole = size(top) / divisor;
  if (2n * (size(top) % divisor) >= divisor) whole += 1n;
  return top < 0n === bottom < 0n ? whole : -whole;
}

function rounded(value, places) {
  const step = 10n ** BigInt(DECIMALS - places);
  return within(quotient(value, step) * step);
}

const numbersRead = new Map();

function readText(text) {
  if (!numbersRead.has(text)) {
    if (numbersRead.size > 10_000) numbersRead.clear();
    numbersRead.set(text, readPlain(text));
  }
  return numbersRead.get(text);
}

function readPlain(text) {
  const plain = text
    .replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")
    .replaceAll(",", "")
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
  if (!NUMBER.test(plain)) return null;
  const [whole, fraction = ""] = plain.replace(/^[+-]/, "").split(".");
  const value = BigInt(whole || "0") * ONE + quotient(BigInt(fraction.padEnd(30, "0")), 10n ** 20n);
  return within(plain.startsWith("-") ? -value : value);
}

function readNumber(value) {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 1e15 ? BigInt(value) * ONE : null;
  return typeof value === "string" && value.length <= 60 ? readText(value) : null;
}

function writeNumber(value) {
  const whole = size(value) / ONE;
  const digits = String(size(value) % ONE).padStart(DECIMALS, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${digits ? `.${digits}` : ""}`;
}

// -- Dates --------------------------------------------------------------------------------------------------------

/** [year, month, day] of ISO text that is a real day, else null. */
function dateOf(value) {
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number);
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = (MONTHS[month - 1] ?? 0) + (leap ? 1 : 0);
  return year >= 1 && day >= 1 && day <= last ? [year, month, day] : null;
}

/** Days since an arbitrary day, in the Gregorian calendar for all years. */
function dayNumber([year, month, day]) {
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + day;
  for (let index = 1; index < month; index += 1) days += MONTHS[index - 1];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return days + (month > 2 && leap ? 1 : 0);
}

// -- Patterns: the machine of instruments/logic/patterns.py -------------------------------------------------------

function fits(program, text) {
  const letters = [...text];
  if (letters.length > SUBJECT_LIMIT) return false;
  let places = reached(program, [0], 0, letters.length);
  for (const [index, letter] of letters.entries()) {
    const code = letter.codePointAt(0);
    const steps = [];
    for (const place of places) {
      const [kind, ranges, wanted] = program[place];
      if (kind === "s" && ranges.some(([low, high]) => low <= code && code <= high) === wanted) steps.push(place + 1);
    }
    if (!steps.length) return false;
    places = reached(program, steps, index + 1, letters.length);
  }
  return places.some((place) => program[place][0] === "m");
}

function reached(program, places, at, last) {
  const seen = new Set();
  const waiting = [];
  const stack = [...places];
  while (stack.length) {
    const place = stack.pop();
    if (seen.has(place)) continue;
    seen.add(place);
    const [kind, following] = program[place];
    if (kind === "j") stack.push(...following);
    else if (kind === "^" || kind === "$") {
      if (at === (kind === "^" ? 0 : last)) stack.push(place + 1);
    } else waiting.push(place);
  }
  return waiting;
}

// -- Operators ----------------------------------------------------------------------------------------------------

function arithmetic(operation) {
  return (run, node) => {
    const left = run.value(node[1]);
    const right = run.value(node[2]);
    if (typeof left !== "bigint" || typeof right !== "bigint") return null;
    const result = operation(left, right);
    return result === null ? null : within(result);
  };
}

function order(test) {
  return (run, node) => {
    const left = run.value(node[1]);
    const right = run.value(node[2]);
    if (typeof left === "bigint" && typeof right === "bigint") return test(left, right);
    return left && right && typeof left === "string" && typeof right === "string" ? test(left, right) : null;
  };
}

function equal(run, node) {
  const [left, right] = [run.value(node[1]), run.value(node[2])].map((value) => (value === "" ? null : value));
  return !Array.isArray(left) && left === right;
}

const OPERATIONS = {
  n: (run, node) => readText(node[1]),
  t: (run, node) => node[1],
  b: (run, node) => node[1],
  q: (run, node) => run.named(node[1]),
  self: (run) => run.named(run.key),
  choice: (run, node) => own(run.attributes, node[1]) ?? null,
  call: (run, node) => FUNCTIONS[node[1]](run, ...node.slice(2)),
  neg: (run, node) => {
    const value = run.value(node[1]);
    return typeof value === "bigint" ? -value : null;
  },
  not: (run, node) => run.value(node[1]) !== true,
  and: (run, node) => run.value(node[1]) === true && run.value(node[2]) === true,
  or: (run, node) => run.value(node[1]) === true || run.value(node[2]) === true,
  "=": equal,
  "!=": (run, node) => !equal(run, node),
  "<": order((left, right) => left < right),
  "<=": order((left, right) => left <= right),
  ">": order((left, right) => left > right),
  ">=": order((left, right) => left >= right),
  "+": arithmetic((left, right) => left + right),
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => quotient(left * right, ONE)),
  "/": arithmetic((left, right) => (right === 0n ? null : quotient(left * ONE, right))),
  // BigInt's remainder has the sign of the dividend, which is what is wanted.
  mod: arithmetic((left, right) => (right === 0n ? null : left % right)),
};

// -- Functions ----------------------------------------------------------------------------------------------------

function all(run, nodes) {
  return leaves(nodes.map((node) => run.value(node)));
}

function allNumbers(run, nodes) {
  return all(run, nodes).filter((value) => typeof value === "bigint");
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0n);
}

function count(number) {
  return BigInt(number) * ONE;
}

/** How many are answered. Several ticks or pictures are one answer. */
function answersOf(run, node) {
  const value = run.value(node);
  const spec = own(run.sheet.names, node[0] === "q" ? node[1] : node[0] === "self" ? run.key : "");
  if (spec?.kind !== "list") return leaves([value]).length;
  const several = spec.group && spec.group !== run.group;
  return (several ? value : [value]).filter((each) => !blank(each)).length;
}

function extreme(better) {
  return (run, ...nodes) => {
    const values = all(run, nodes);
    let kept = values.filter((value) => typeof value === "bigint");
    if (!kept.length) kept = values.filter((value) => typeof value === "string");
    return kept.length ? kept.reduce((best, value) => (better(value, best) ? value : best)) : null;
  };
}

function whole(step) {
  return (run, node) => {
    const value = run.value(node);
    return typeof value === "bigint" ? within(step(value)) : null;
  };
}

function floor(value) {
  const rest = value % ONE;
  return rest < 0n ? value - rest - ONE : value - rest;
}

function part(index) {
  return (run, node) => {
    const date = dateOf(run.value(node));
    return date ? count(date[index]) : null;
  };
}

const FUNCTIONS = {
  if: (run, test, yes, no) => run.value(run.value(test) === true ? yes : no),
  selected: (run, answer, value) => {
    const wanted = run.value(value);
    return typeof wanted === "string" && wanted !== "" && all(run, [answer]).includes(wanted);
  },
  count_selected: (run, node) => count(all(run, [node]).length),
  answered: (run, node) => !blank(run.value(node)),
  sum: (run, ...nodes) => within(sum(allNumbers(run, nodes))),
  mean: (run, ...nodes) => {
    const values = allNumbers(run, nodes);
    return values.length ? within(quotient(sum(values), BigInt(values.length))) : null;
  },
  min: extreme((value, best) => value < best),
  max: extreme((value, best) => value > best),
  count: (run, ...nodes) => count(nodes.reduce((total, node) => total + answersOf(run, node), 0)),
  round: (run, node, places) => {
    const value = run.value(node);
    const wanted = places ? run.value(places) : 0n;
    if (typeof value !== "bigint" || typeof wanted !== "bigint" || wanted % ONE !== 0n) return null;
    const decimals = wanted / ONE;
    return decimals >= -14n && decimals <= BigInt(DECIMALS) ? rounded(value, Number(decimals)) : null;
  },
  floor: whole(floor),
  ceil: whole((value) => -floor(-value)),
  abs: whole(size),
  length: (run, node) => count([...run.text(node)].length),
  contains: (run, text, piece) => run.text(text).includes(run.text(piece)),
  starts: (run, text, piece) => run.text(text).startsWith(run.text(piece)),
  ends: (run, text, piece) => run.text(text).endsWith(run.text(piece)),
  concat: (run, ...nodes) => cut(nodes.map((node) => run.text(node)).join("")),
  coalesce: (run, ...nodes) => {
    for (const node of nodes) {
      const value = run.value(node);
      if (!blank(value)) return value;
    }
    return null;
  },
  matches: (run, text, program) => fits(program, run.text(text)),
  number: (run, node) => {
    const value = run.value(node);
    if (typeof value === "boolean") return value ? ONE : 0n;
    return typeof value === "string" ? readNumber(value) : typeof value === "bigint" ? value : null;
  },
  text: (run, node) => {
    const value = run.value(node);
    return value === null || Array.isArray(value) ? null : textOf(value);
  },
  today: (run) => run.today,
  days: (run, later, earlier) => {
    const last = dateOf(run.value(later));
    const first = dateOf(run.value(earlier));
    return last && first ? count(dayNumber(last) - dayNumber(first)) : null;
  },
  year: part(0),
  month: part(1),
  day: part(2),
};
