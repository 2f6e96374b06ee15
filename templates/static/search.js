// Finding a service. Everything works without this file: the form leads to the list from A to Z, which the browser can search.
"use strict";

// What A to Z and the generator's index compare: no accents, no case.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

// On the list itself: hide what does not match, count the rest.
function filterList(form) {
  const input = form.elements.q;
  const output = form.querySelector("output");
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    group,
    rows: [...group.querySelectorAll(".services > li")].map((row) => {
      const words = [...row.querySelectorAll("a, .domain")].map((part) => part.textContent);
      return { row, text: fold([...words, row.dataset.words ?? ""].join(" ")) };
    }),
  }));
  const apply = () => {
    const wanted = fold(input.value.trim());
    let count = 0;
    for (const { group, rows } of groups) {
      let shown = 0;
      for (const { row, text } of rows) {
        row.hidden = !text.includes(wanted);
        if (!row.hidden) shown += 1;
      }
      group.hidden = shown === 0;
      count += shown;
    }
    output.textContent = wanted ? `${count} found` : "";
  };
  // Without this script the form would only load the same list again, so it is hidden until here.
  form.hidden = false;
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

function suggestion({ name, href }) {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement("a"));
  link.href = href;
  link.textContent = name;
  link.dir = "auto";
  return item;
}

// Elsewhere: suggest links while the reader types. The index is fetched at the first key, once.
function suggest(form) {
  const input = form.elements.q;
  const list = form.querySelector(".suggestions");
  let index;
  const load = async () => {
    const response = await fetch(form.dataset.index);
    const rows = await response.json();
    return rows.map(([name, href, words]) => ({ name, href, text: fold(`${name} ${words}`) }));
  };
  input.addEventListener("input", async () => {
    const wanted = fold(input.value.trim());
    index ??= load().catch(() => []);
    const rows = await index;
    // The reader may have typed on while the index was on its way.
    if (fold(input.value.trim()) !== wanted) return;
    const found = wanted ? rows.filter(({ text }) => text.includes(wanted)) : [];
    found.sort((a, b) => Number(b.text.startsWith(wanted)) - Number(a.text.startsWith(wanted)));
    list.replaceChildren(...found.slice(0, 8).map(suggestion));
    if (wanted && found.length === 0) {
      list.appendChild(document.createElement("li")).textContent = "No service found";
    }
  });
}

for (const form of document.querySelectorAll("form.search")) {
  if (form.dataset.index) suggest(form);
  else filterList(form);
}
