import { browserStore } from './browser-store.js';

/**
 * What a tab of the playground would lose at a reload, or on the way to the registration and back: the pictures, what
 * is wanted of them, and the upload whose answer has not come yet.
 * @import { Output } from './outputs-builder.js'
 * @import { ChosenPreset } from './presets.js'
 * @import { Wanted } from './wanted.js'
 * @typedef {{ key: string, to: 'image' | 'batch', files: File[], wanted: Wanted, owner: string | null }} Upload
 *   Sent again with the same key it makes nothing twice. `owner` is who was signed in.
 * @typedef {{ files: File[], outputs: Output[], preset: ChosenPreset | null, upload: Upload | null }} Draft
 */

/** Drafts of tabs that were closed are swept after this time. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const TAB = 'imagepro.tab';

/** Each part of a draft under a key of its own: a hundred megabytes are not written anew for each number typed. */
const PARTS = /** @type {const} */ (['files', 'outputs', 'preset', 'upload']);

/** @type {ReturnType<typeof browserStore<{ value: any, at: number }>>} */
const drafts = browserStore('drafts');

/** @type {Draft} */
const draft = empty();

/** What a person changes while the draft is still read must not replace what they have not seen yet. */
const loaded = load();

/** What this tab has kept. @returns {Promise<Draft>} */
export async function readDraft() {
  await loaded;
  return draft;
}

/** Keeps parts of the draft; resolves when a reload would find them. @param {Partial<Draft>} parts */
export async function keepDraft(parts) {
  await loaded;
  Object.assign(draft, parts);
  for (const [part, value] of Object.entries(parts)) await drafts.set(keyOf(part), { value, at: Date.now() });
}

/** Forgets what this tab has kept. */
export async function forgetDraft() {
  await loaded;
  Object.assign(draft, empty());
  for (const part of PARTS) await drafts.delete(keyOf(part));
}

/** Reads the draft, and sweeps those that are too old. */
async function load() {
  const byTab = Object.groupBy(await drafts.entries(), ([key]) => key.split('/')[0] ?? '');
  for (const parts of Object.values(byTab)) {
    const isOld = parts?.every(([, { at }]) => Date.now() - at > KEPT_MS);
    for (const [key] of (isOld && parts) || []) await drafts.delete(key);
  }
  for (const part of PARTS) {
    const kept = await drafts.get(keyOf(part));
    if (kept) Object.assign(draft, { [part]: kept.value });
  }
}

/** @returns {Draft} */
function empty() {
  return { files: [], outputs: [], preset: null, upload: null };
}

/** @param {string} part */
function keyOf(part) {
  return `${tabName()}/${part}`;
}

/** A name that the browser keeps as long as the tab. */
function tabName() {
  const name = sessionStorage.getItem(TAB) ?? randomKey();
  sessionStorage.setItem(TAB, name);
  return name;
}

/** 128 random bits in hex; pages without https have no `randomUUID`. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
