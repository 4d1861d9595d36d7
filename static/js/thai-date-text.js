// Reads and writes dates as Thais do. The same rules, sentence for sentence, as thai/dates.py; both are held to
// tests/thai/date_vectors.json. A date is an ISO text here ("2026-08-05"), and พ.ศ. exists only in this file.

const MONTHS = [
  "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
  "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
];
const SHORT_MONTHS = [
  "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
];
const CLIPPED_MONTHS = [
  "มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา",
];
const ENGLISH_MONTHS = [
  "january", "february", "march", "april", "may", "june",
  "july", "august", "september", "october", "november", "december",
];
const WEEKDAYS = ["อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์"]; // Sunday first, as getUTCDay()

const numbered = (names, change = (name) => name) => names.map((name, index) => [change(name), index + 1]);
const MONTH_WORDS = new Map([
  ...numbered(MONTHS),
  ...numbered(SHORT_MONTHS, (name) => name.replaceAll(".", "")),
  ...numbered(CLIPPED_MONTHS),
  ...numbered(ENGLISH_MONTHS),
  ...numbered(ENGLISH_MONTHS, (name) => name.slice(0, 3)),
  ["sept", 9], ["กรกฏาคม", 7], ["กรกฏา", 7], // ฏ for ฎ is a very common slip
]);
const WEEKDAY_WORDS = new Map([
  ...WEEKDAYS.map((name, index) => [name, index]),
  ["พฤหัสฯ", 4], ["พฤหัส", 4], ["อา", 0], ["จ", 1], ["อ", 2], ["พฤ", 4], ["พ", 3], ["ศ", 5], ["ส", 6],
]);
const RELATIVE_WORDS = new Map([
  ["วันนี้", 0], ["พรุ่งนี้", 1], ["วันพรุ่งนี้", 1], ["มะรืนนี้", 2], ["มะรืน", 2], ["เมื่อวาน", -1], ["เมื่อวานนี้", -1],
]);

const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
const SPACES = /[ \t\n\u000b\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000,()]+/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const LEADING_WEEKDAY = new RegExp(
  `^(?:วัน)? ?(${[...WEEKDAY_WORDS.keys()].sort((a, b) => b.length - a.length).join("|")})(?:\\.? ?ที่|\\.| ) ?(?=[0-9])`,
);
const LEADING_THI = /^(?:วัน)?ที่ ?(?=[0-9])/;
const ERA = /(พ|ค)\.? ?ศ\.?(?= |[0-9]|$)/g;
const DAY_FIRST = /^([0-9]{1,2})(?: ?[/.-] ?| )([0-9]{1,2})(?: ?[/.-] ?| )([0-9]+)$/;
const YEAR_FIRST = /^([0-9]{4})(?: ?[/.-] ?| )([0-9]{1,2})(?: ?[/.-] ?| )([0-9]{1,2})$/;
const DAY_AND_MONTH = /^[0-9]{1,2}(?: ?[/.-] ?| )[0-9]{1,2}$/;
const MONTH_AND_YEAR = /^[0-9]{1,2}(?: ?[/.-] ?| )[0-9]{4}$/;
const MONTH_IN_WORDS = /^([0-9]{1,2})([^0-9]+)([0-9]*)$/;
const MONTH_WORD_AND_YEAR = /^([^0-9]+)([0-9]+)$/;
const LETTERS = /^[a-z\u0e01-\u0e4e]+$/;
const FIRST_YEAR = 1941;
const LAST_YEAR = 2100;

/** The text is not a date; the message is a Thai sentence for the person who typed it. */
export class ThaiDateError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The พ.ศ. of a ค.ศ. year. */
export function buddhistYear(year) {
  return year + 543;
}

/** The ISO date of today in Thailand. */
export function todayInBangkok() {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: "Asia/Bangkok", calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit",
  }).format(new Date());
}

/** Reads a typed date and returns it as ISO text, or throws ThaiDateError. */
export function parseThaiDate(text, today = todayInBangkok()) {
  const shown = clean(text);
  if (!shown) throw new ThaiDateError("empty", "โปรดระบุวันที่");
  if (RELATIVE_WORDS.has(shown)) {
    const [year, month, day] = parts(today);
    return iso(new Date(Date.UTC(year, month - 1, day + RELATIVE_WORDS.get(shown))));
  }
  const [afterWeekday, weekday] = takeWeekday(shown);
  const [rest, era] = takeEra(afterWeekday, shown);
  const [day, month, year] = takeParts(rest, shown);
  return assemble(day, month, year, era, weekday);
}

/** 5 สิงหาคม 2569 */
export function longDate(isoDate) {
  const [year, month, day] = parts(isoDate);
  return `${day} ${MONTHS[month - 1]} ${buddhistYear(year)}`;
}

/** วันพุธที่ 5 สิงหาคม 2569 */
export function weekdayDate(isoDate) {
  return `วัน${WEEKDAYS[weekdayOf(isoDate)]}ที่ ${longDate(isoDate)}`;
}

/** 5 ส.ค. 2569 */
export function shortDate(isoDate) {
  const [year, month, day] = parts(isoDate);
  return `${day} ${SHORT_MONTHS[month - 1]} ${buddhistYear(year)}`;
}

/** The names of the months, January first. */
export const monthNames = () => [...MONTHS];

/** Year, month and day of an ISO date as numbers. */
export function parts(isoDate) {
  return isoDate.split("-").map(Number);
}

function iso(moment) {
  return moment.toISOString().slice(0, 10);
}

function weekdayOf(isoDate) {
  return new Date(`${isoDate}T00:00:00Z`).getUTCDay();
}

function clean(text) {
  return text
    .normalize("NFC")
    .replace(/[๐-๙]/g, (digit) => digit.codePointAt(0) - 0x0e50)
    .replace(INVISIBLE, "")
    .replace(DASHES, "-")
    .replace(SPACES, " ")
    .replace(/^ +| +$/g, "");
}

function start(text) {
  return [...text].slice(0, 40).join("");
}

function unreadable(shown) {
  return new ThaiDateError(
    "unreadable",
    `อ่านวันที่ “${start(shown)}” ไม่ได้ โปรดพิมพ์วัน เดือน ปี เช่น 5/8/2569 หรือ 5 ส.ค. 2569`,
  );
}

function takeWeekday(text) {
  const match = LEADING_WEEKDAY.exec(text);
  if (match) return [text.slice(match[0].length), WEEKDAY_WORDS.get(match[1])];
  return [text.replace(LEADING_THI, ""), null];
}

function takeEra(text, shown) {
  const eras = [...text.matchAll(ERA)];
  if (eras.length > 1) throw unreadable(shown);
  const rest = text.replace(ERA, " ").replaceAll("เดือน", " ").replaceAll("ปี", " ");
  return [rest.replace(/ +/g, " ").replace(/^ +| +$/g, ""), eras.length ? eras[0][1] : ""];
}

function takeParts(text, shown) {
  let match = DAY_FIRST.exec(text);
  if (match) return [Number(match[1]), Number(match[2]), match[3]];
  match = YEAR_FIRST.exec(text);
  if (match) return [Number(match[3]), Number(match[2]), match[1]];
  if (/^[0-9]{8}$/.test(text)) {
    // 05082569 or 25690805: only one of the two readings can have a year that we accept.
    const year = text.slice(0, 4);
    if (year > "1900" && year < "2700" && text.slice(4, 6) <= "12") {
      return [Number(text.slice(6)), Number(text.slice(4, 6)), year];
    }
    return [Number(text.slice(0, 2)), Number(text.slice(2, 4)), text.slice(4)];
  }
  if (/^[0-9]{6}$/.test(text)) {
    throw new ThaiDateError("undivided", `“${text}” อ่านได้หลายแบบ โปรดคั่นวัน เดือน ปี เช่น 5/8/69`);
  }
  if (DAY_AND_MONTH.test(text)) {
    throw new ThaiDateError("no_year", "ยังไม่ได้ระบุปี โปรดพิมพ์ปี พ.ศ. ต่อท้าย เช่น 5/8/2569");
  }
  if (MONTH_AND_YEAR.test(text)) {
    throw new ThaiDateError("no_day", "ยังไม่ได้ระบุวันที่ โปรดพิมพ์วันนำหน้าเดือน เช่น 5/8/2569");
  }
  match = MONTH_IN_WORDS.exec(text);
  if (match) {
    const month = monthNumber(match[2], shown);
    if (!match[3]) {
      throw new ThaiDateError("no_year", `ยังไม่ได้ระบุปี โปรดพิมพ์ปี พ.ศ. ต่อท้าย เช่น 5 ${MONTHS[month - 1]} 2569`);
    }
    return [Number(match[1]), month, match[3]];
  }
  match = MONTH_WORD_AND_YEAR.exec(text);
  if (match) {
    const month = monthNumber(match[1], shown);
    throw new ThaiDateError("no_day", `ยังไม่ได้ระบุวันที่ โปรดพิมพ์วันนำหน้าเดือน เช่น 5 ${MONTHS[month - 1]} 2569`);
  }
  throw unreadable(shown);
}

function monthNumber(typed, shown) {
  const word = typed.replace(/[ ./-]/g, "").toLowerCase();
  if (MONTH_WORDS.has(word)) return MONTH_WORDS.get(word);
  if (!LETTERS.test(word)) throw unreadable(shown);
  const name = start(typed.replace(/^ +| +$/g, ""));
  throw new ThaiDateError("month_word", `ไม่รู้จักเดือน “${name}” โปรดพิมพ์ชื่อเดือน เช่น สิงหาคม หรือ ส.ค.`);
}

function assemble(day, month, typedYear, era, weekday) {
  if (month < 1 || month > 12) {
    let message = `ไม่มีเดือนที่ ${month} เดือนต้องอยู่ระหว่าง 1 ถึง 12`;
    if (day >= 1 && day <= 12 && month > 12 && month <= 31) {
      message += ` หากหมายถึงวันที่ ${month} ${MONTHS[day - 1]} โปรดพิมพ์วันก่อนเดือน เช่น ${month}/${day}/${typedYear}`;
    }
    throw new ThaiDateError("month", message);
  }
  const year = commonYearTyped(typedYear, era);
  if (day < 1) throw new ThaiDateError("day", "วันที่ต้องเริ่มจาก 1 โปรดตรวจสอบวันที่อีกครั้ง");
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > last) {
    const name = `เดือน${MONTHS[month - 1]}`;
    const when = month === 2 ? `ปี พ.ศ. ${buddhistYear(year)} ${name}` : name;
    throw new ThaiDateError("day", `${when}มี ${last} วัน จึงไม่มีวันที่ ${day} โปรดตรวจสอบวันที่อีกครั้ง`);
  }
  const found = iso(new Date(Date.UTC(year, month - 1, day)));
  if (weekday !== null && weekdayOf(found) !== weekday) {
    throw new ThaiDateError(
      "weekday",
      `วันที่ ${longDate(found)} ตรงกับวัน${WEEKDAYS[weekdayOf(found)]} ` +
        `ไม่ใช่วัน${WEEKDAYS[weekday]} โปรดตรวจสอบวันที่อีกครั้ง`,
    );
  }
  return found;
}

function commonYearTyped(typed, namedEra) {
  let era = namedEra;
  let number = Number(typed);
  if (typed.length === 2) {
    if (era === "ค") throw new ThaiDateError("ce_two_digits", `ปี ค.ศ. ต้องพิมพ์สี่หลัก เช่น ค.ศ. 20${typed}`);
    era = "พ";
    number += 2500;
  } else if (typed.length === 4) {
    era = era || (number >= 2400 ? "พ" : "ค");
  } else {
    throw new ThaiDateError(
      "year_digits",
      `ปี “${start(typed)}” ไม่ชัดเจน โปรดพิมพ์ปี พ.ศ. สี่หลัก เช่น 2569 หรือสองหลัก เช่น 69`,
    );
  }
  const year = era === "พ" ? number - buddhistYear(0) : number;
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return year;
  const limits = `พ.ศ. ${buddhistYear(FIRST_YEAR)} ถึง ${buddhistYear(LAST_YEAR)}`;
  throw new ThaiDateError(
    year < FIRST_YEAR ? "too_early" : "too_late",
    `ปี ${era}.ศ. ${number} อยู่นอกช่วงที่รับได้ คือ ${limits} โปรดตรวจสอบปีอีกครั้ง`,
  );
}
