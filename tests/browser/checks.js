// What the tests look at in a page; each function is called by its name (see look() in visiting.py).
"use strict";

// Open what is folded, so that the other checks see it.
function unfold() {
  for (const details of document.querySelectorAll("details")) details.open = true;
}

// By how many pixels the page is wider than the window, and what sticks out; null where nothing does.
function findOverflow() {
  const width = document.documentElement.clientWidth;
  const excess = document.documentElement.scrollWidth - width;
  if (excess <= 0) return null;
  const wide = [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > width);
  const names = wide.map((part) => `${part.tagName}.${part.className}`);
  return `${excess} px: ${names.slice(0, 5).join(", ")}`;
}

function parseColour(text) {
  const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
  if (!parts) throw new Error(`a colour that this check can't read: ${text}`);
  return [...parts.slice(1, 4).map(Number), parts[4] === undefined ? 1 : Number(parts[4])];
}

const lay = (over, under) => [0, 1, 2].map((i) => over[i] * over[3] + under[i] * (1 - over[3]));

// The colour on which an element's text stands: all backgrounds behind it, laid over the browser's own.
function findGround(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const { opacity, backgroundColor, backgroundImage } = getComputedStyle(at);
    if (opacity !== "1" || backgroundImage !== "none") throw new Error("this check knows plain colours only");
    layers.push(parseColour(backgroundColor));
  }
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  return layers.reduceRight((under, layer) => lay(layer, under), canvas);
}

// Relative luminance and contrast ratio as WCAG 2.2 defines them.
function measureLuminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function compare(colour, element) {
  const ground = findGround(element);
  const both = [measureLuminance(lay(parseColour(colour), ground)), measureLuminance(ground)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}

// How each visible text stands out from what is behind it: [[text, ratio], …].
function measureTexts() {
  const measured = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text && element.checkVisibility()) measured.push([text, compare(getComputedStyle(element).color, element)]);
  }
  for (const input of document.querySelectorAll("input")) {
    measured.push([input.placeholder, compare(getComputedStyle(input, "::placeholder").color, input)]);
    measured.push(["what is typed", compare(getComputedStyle(input).color, input)]);
  }
  return measured;
}

// The element that has the focus: what it is, whether it can be seen, and its outline.
function describeFocus() {
  const element = document.activeElement;
  if (element === document.body) return null;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  // A pixel may be cut in two where the browser scrolls to a fraction of one.
  const inside = box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
  return {
    name: `${element.tagName} ${element.textContent.trim() || element.id}`,
    first: element.matches(".skip"),
    seen: box.width > 0 && inside,
    outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    contrast: compare(outlineColor, element.parentElement),
  };
}

// Questions and answers as a reader has them and as a machine has them.
function readFaq() {
  const parts = [...document.querySelectorAll("dl.faq > *")];
  const shown = [];
  for (const part of parts) {
    if (part.matches("dt")) shown.push([part.textContent]);
    else if (!part.matches(".aside")) shown.at(-1).push(part.textContent);
  }
  const graphs = [...document.querySelectorAll('script[type="application/ld+json"]')].map(({ text }) => JSON.parse(text));
  const entries = graphs.flatMap(({ mainEntity }) => mainEntity);
  return {
    shown,
    told: entries.map(({ name, acceptedAnswer }) => [name, acceptedAnswer.text]),
    visible: parts.every((part) => part.checkVisibility() && part.innerText.trim() !== ""),
  };
}

// The same for what twofa serve adds to a page: the banner in its own tree.
function measureBanner() {
  const parts = [...document.getElementById("twofa-draft").shadowRoot.querySelectorAll("aside *")];
  const texts = parts.filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.map((part) => [part.textContent.trim(), compare(getComputedStyle(part).color, part)]);
}

// Which blocks of text in the main part no mark covers, as a reader sees them.
function findUnmarked() {
  const blocks = [...document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, summary, blockquote, pre)")];
  const bare = blocks.filter((block) => !block.closest(".twofa-fact") && !block.querySelector(".twofa-fact"));
  return bare.map((block) => block.textContent.trim());
}

// What each marked element shows: the names of its facts, and the words of its marks.
function listMarked() {
  return [...document.querySelectorAll(".twofa-fact")].map((element) => [
    element.dataset.twofaFacts.split(" "),
    [...element.querySelectorAll(".twofa-mark")].map((mark) => mark.textContent),
  ]);
}
