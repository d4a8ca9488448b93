/**
 * @import { Fault } from '../../shared/application-error.ts'
 * @import { Problem } from './http.js'
 */

/** A fault of one field, under its own code or that of a problem about it. @typedef {Omit<Fault, 'code'> & { code: string }} FieldFault */

// What pages say where the API's own sentences are for programs: by the kind of field and by the code.

const NUMBER = new Intl.NumberFormat('en');

/** By what a field is for, and the code of its fault. @type {Record<string, Record<string, string>>} */
const FIELD_WORDS = {
  username: {
    invalid_value: 'Use 1 to 150 letters, digits and @ . + - _, without spaces.',
    not_own_email: 'A name with @ in it must be your own e-mail.',
    username_taken: 'Somebody has this name already. Choose another one.',
  },
  email: {
    invalid_value: 'Enter an e-mail address, such as ada@example.com.',
    email_taken: 'There is an account with this e-mail already.',
  },
  'new-password': {
    invalid_value: 'Use 8 to 128 characters.',
    all_digits: 'Add something that is not a digit.',
    too_common: 'Many people use this password. Choose one that is yours alone.',
    too_similar: 'This is too close to your name or e-mail.',
  },
};

/** By the code of a fault, where no field's own words fit. @type {Record<string, string>} */
const FAULT_WORDS = {
  required: 'This is missing.',
  invalid_value: 'Choose another value.',
  unknown_field: 'The server does not know this.',
  account_required: 'This needs an account. Log in or register.',
  name_taken: 'Another result has this name already. Choose another one.',
  preset_lost:
    'This preset is gone, or says what you may not do any more. What it said still stands above: send that, or change it.',
  beyond_format: 'The format of the result cannot do this. Choose another one.',
};

/** By the code of a problem. @type {Record<string, string>} */
const PROBLEM_WORDS = {
  wrong_credentials: 'The name or the password is wrong.',
  too_many_wrong_passwords: 'The password was wrong too often.',
  too_many_requests: 'You have used up your requests of this minute.',
  registration_closed: 'Registration is closed here. Ask the operator for an account.',
  not_authenticated: 'Log in first.',
  invalid_token: 'Your session has ended. Log in again.',
  file_too_large: 'The file is larger than you may send.',
  too_many_pixels: 'The picture has more pixels than you may send.',
  unsupported_format: 'This is not a JPEG, PNG or WebP.',
  unsupported_jpeg: 'This is a JPEG of a rare kind. Open it in an editor, and save it as a usual JPEG or a PNG.',
  unreadable_image: 'This picture cannot be read. Open it in an editor, and save it anew.',
  too_many_jobs: 'You have as many jobs under way as you may have. Wait until one is done.',
  too_many_uploads: 'You are sending as many pictures as you may at once. Wait until one has come.',
  too_many_bytes: 'Your results take all the room that you have here. Delete one, or wait until one expires.',
  uploads_full: 'The server takes in as many pictures as it can at once.',
  queue_full: 'The server has more to do than it can take on.',
  disk_full: 'The server has no room left.',
  unavailable: 'The server cannot do this at the moment.',
  internal_error: 'Something went wrong on the server.',
  image_not_found: 'There is no such job any more.',
  batch_not_found: 'There is no such batch any more.',
  batch_too_large: 'The files together are more than one batch may have. Send them in several.',
  image_expired: 'The download window is over, and the results are erased.',
  monthly_limit: "You have used up this month's images.",
  too_many_presets: 'You have as many presets as you may have. Delete one that you do not use.',
};

/** Problems that are about one field, and where it stands in the request. @type {Record<string, string>} */
const FIELD_OF_PROBLEM = {
  username_taken: '/username',
  email_taken: '/email',
  file_too_large: '/original_image',
  too_many_pixels: '/original_image',
  unsupported_format: '/original_image',
  unsupported_jpeg: '/original_image',
  unreadable_image: '/original_image',
};

/** The faults of a problem; one that is about one field is a fault of it. @param {Problem} problem @returns {readonly FieldFault[]} */
export function faultsOf({ document: { errors, code, detail } }) {
  const pointer = FIELD_OF_PROBLEM[code];
  return errors ?? (pointer ? [{ pointer, code, detail }] : []);
}

/** What to say of a fault at its field, or above the form. @param {FieldFault} fault @param {Element | null} field */
export function wordsFor({ code, detail }, field) {
  if (field instanceof HTMLInputElement && field.type !== 'file') {
    if (field.type === 'number' && code !== 'beyond_format') return numberWords(field);
    // What the page says of a field's rule.
    if (field.title && code === 'invalid_value') return field.title;
    if (field.type === 'checkbox') return 'Choose one at least.';
    if (field.value === '') return 'Fill this in.';
    if (field.type === 'date') return 'Choose another day.';
    if (field.type === 'url') return 'Enter an https URL on the public internet, without user and password.';
  }
  const own = field instanceof HTMLInputElement ? FIELD_WORDS[field.autocomplete]?.[code] : undefined;
  return own ?? FAULT_WORDS[code] ?? PROBLEM_WORDS[code] ?? `${detail}.`;
}

/** What to say of a whole problem. @param {Problem} problem */
export function wordsOf({ document: { code, title } }) {
  return PROBLEM_WORDS[code] ?? `${title}.`;
}

/** What to say of a problem by its code alone; undefined where there are no words. @param {string} code */
export function wordsOfCode(code) {
  return PROBLEM_WORDS[code];
}

/** @param {HTMLInputElement} field */
function numberWords({ min, max, step, value }) {
  const least = NUMBER.format(Number(min));
  const bounds = max === '' ? `of at least ${least}` : `from ${least} to ${NUMBER.format(Number(max))}`;
  const range = `a ${step === 'any' ? '' : 'whole '}number ${bounds}`;
  return value === '' ? `Enter ${range}.` : `Enter ${range}, not ${NUMBER.format(Number(value))}.`;
}
