// What a person would see wrong with the page as it stands: letters beyond its edge or cut off by a box that does not
// scroll, and words that stayed in the other language. One line each.
const wrong = [];
const root = document.scrollingElement;
if (root.scrollWidth > root.clientWidth) wrong.push(`the page scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);

const isSeen = element => {
  for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
    const style = getComputedStyle(one);
    if (style.display === 'none' || style.visibility === 'hidden' || one.classList.contains('sr-only')) return false;
  }
  return !element.closest('[hidden], datalist, select, script, style');
};
const name = element => {
  const id = element.closest('[id]')?.id ?? '';
  return `<${element.tagName.toLowerCase()} class="${element.className}"> in #${id}`;
};
// Boxes between the text and the page that cut sideways what does not fit, and do not scroll there.
const cutters = element => {
  const found = [];
  for (let one = element; one && one !== document.body; one = one.parentElement) {
    const overflow = getComputedStyle(one).overflowX;
    if (overflow === 'auto' || overflow === 'scroll') break;
    if (overflow !== 'visible') found.push(one);
  }
  return found;
};
const scrolls = element => {
  for (let one = element; one && one !== document.body; one = one.parentElement) {
    const overflow = getComputedStyle(one).overflowX;
    if ((overflow === 'auto' || overflow === 'scroll') && one.scrollWidth > one.clientWidth) return true;
  }
  return false;
};

// Words both languages write in Latin letters, what stands on keys and files, codes of the masters, and what the walk
// itself has typed: that is nobody's to translate.
const keys = 'Enter|Esc|Delete|Ctrl|Alt|Shift|PgUp|PgDn|Home|End|Tab|Space|F\\d+';
const files = 'PDF|CSV|XLSX|QR|UPI|A5|[CDEX]:\\\\\\S+|https?:\\S+|\\S+@\\S+';
const codes = '[A-Z]+(?:_[A-Z]+)+|\\(१२३\\)|हिन्दी / English|Palika';
const typed = 'Kamla Devi|Ward office|राशि ग़लत लिखी गई';
const anywhere = new RegExp(`${keys}|${files}|${codes}|${typed}`, 'g');
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const node = texts.currentNode;
  const text = node.textContent.trim();
  const element = node.parentElement;
  if (!text || !isSeen(element)) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const boxes = [...range.getClientRects()].filter(box => box.width > 0 && box.height > 0);
  if (boxes.length === 0) continue;
  const [left, right] = [Math.min(...boxes.map(box => box.left)), Math.max(...boxes.map(box => box.right))];
  if ((right > innerWidth + 1 || left < -1) && !scrolls(element)) wrong.push(`beyond the page: "${text}" ${name(element)}`);
  for (const cutter of cutters(element)) {
    const box = cutter.getBoundingClientRect();
    if (right > box.right + 1 || left < box.left - 1) wrong.push(`cut off: "${text}" ${name(element)}`);
  }
  // Names, numbers and files are what they are in either language.
  if (element.closest('bdi, kbd, code, .code, .figures, .money')) continue;
  const said = element.closest('[lang]').lang;
  const rest = text.replace(anywhere, '');
  if (said === 'hi' && /[A-Za-z]{3,}/.test(rest)) wrong.push(`not in Hindi: "${text}" ${name(element)}`);
  if (said === 'en' && /[\u0900-\u097F]/.test(rest)) wrong.push(`not in English: "${text}" ${name(element)}`);
}
for (const button of document.querySelectorAll('button')) {
  if (isSeen(button) && button.scrollWidth > button.clientWidth + 1) wrong.push(`too narrow: "${button.textContent}" ${name(button)}`);
}
return [...new Set(wrong)];
