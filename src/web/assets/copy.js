// Every button beside a piece of code copies it; the buttons of boxes that come later do, too.

for (const button of document.querySelectorAll('button.copy')) /** @type {HTMLElement} */ (button).hidden = false;
document.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement && target.matches('.copy')) void copy(target);
});

/**
 * Copies the code beside a button, and says so on it for a moment.
 * @param {HTMLButtonElement} button
 */
async function copy(button) {
  const code = button.closest('.code-box')?.querySelector('code');
  if (!code) return;
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // Browsers give no clipboard to pages without https.
    getSelection()?.selectAllChildren(code);
    button.textContent = 'Ctrl+C';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
