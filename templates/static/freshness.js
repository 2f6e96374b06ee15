// Says on the home page when a source could not be read for long. No page holds an age, so that a night on which nothing
// changed renders none; the age is worked out here, from the one file that every night renews.
"use strict";

const HOUR = 3600 * 1000;

// "the 2FA Directory since 2026-10-02", for each source that is older than the file allows.
function findOld({ max_age_hours: limit, sources }, now) {
  return Object.values(sources)
    .filter(({ fetched }) => fetched && now - Date.parse(fetched) > limit * HOUR)
    .map(({ name, fetched }) => `the ${name} since ${fetched.slice(0, 10)}`);
}

async function tellAge(note) {
  const response = await fetch(note.dataset.status);
  if (!response.ok) return;
  const old = findOld(await response.json(), Date.now());
  if (old.length === 0) return;
  note.querySelector("span").textContent = old.join(" and ");
  note.hidden = false;
}

// Without network or file, nothing is known, so nothing is said.
for (const note of document.querySelectorAll("[data-status]")) tellAge(note).catch(() => {});
