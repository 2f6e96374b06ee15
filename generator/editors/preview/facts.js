// Sent by twofa serve, never part of the site: marks each fact of a service's page by the layer that it comes from.
"use strict";

{
  const ADDRESS = "/twofa-preview";
  const WANTED = "twofa-facts";
  const FOLDED = "twofa-folded";
  const host = document.getElementById("twofa-draft");
  const bar = host.shadowRoot;
  const toggle = bar.querySelector("button");
  const legend = bar.getElementById("legend");

  // --- Where facts stand on a page ------------------------------------------------------------------------------------

  const main = document.querySelector("main");
  const all = (selector) => [...(main?.querySelectorAll(selector) ?? [])];
  const linkTo = (href) => `> a[href=${JSON.stringify(href)}]`;
  const textOf = (element) => element.firstChild?.textContent.trim() ?? "";
  const beginning = (selector, text) => all(selector).filter((element) => textOf(element).startsWith(text));
  const saying = (selector, text) => all(selector).filter((element) => element.textContent.trim() === text);
  // The list below a heading with a text.
  const listBelow = (selector, heading) =>
    all(`${selector} h3`)
      .filter((element) => textOf(element) === heading)
      .flatMap((element) => [...(element.nextElementSibling?.children ?? [])]);
  // The row of a method: the list has one for each fact that begins so, in the same order.
  const rowOf = (method, facts) => {
    const rows = [...facts.keys()].filter((name) => name.startsWith("methods."));
    return all("#methods .methods > li")[rows.indexOf(`methods.${method}`)];
  };
  const labelOf = (row) => row?.querySelector(".label").textContent;

  const SHARED = { totp: "With an authenticator app (TOTP)", sms: "With SMS" };

  // Each line: the facts that are meant, and what finds their elements: a selector below <main>, or a function of the
  // fact, all facts of the page by name, and what the star in the name stands for. "nth": one element for each fact, in
  // order; "last": the same, counted from the end; "rest": what no other fact has taken.
  const TABLE = [
    ["name", "h1"],
    ["name", 'article > .categories:not(:has(a[href*="/category/"]))'],
    ["domain", "#sources > ul > li:first-child"],
    ["categories", '.categories:has(a[href*="/category/"])'],
    ["categories.*", '.categories:has(a[href*="/category/"])'],
    ["verdict", ".verdict > :is(.answer, .lead)"],
    ["removal.date", ".verdict > .lead"],
    ["disputed", ".verdict > p:not([class])"],
    ["damaged", ".verdict > .lead"],
    ["strength", ".badges > li:first-child"],
    ["note", (fact, facts) => {
      const isTrusted = facts.get("verdict").value !== "unknown";
      return isTrusted ? all(".verdict > .lead, #setup > h2 + p:not(.aside)") : [];
    }],
    ["documentation", ".badges > li:has(> a[rel])"],
    ["documentation", (fact, facts) => (facts.has("setup") ? all(`#setup > ol > li:has(${linkTo(fact.value)})`) : [])],
    ["url", (fact, facts) => (facts.has("setup") ? all("#setup > ol > li:first-child") : [])],
    ["domain", (fact, facts) => (facts.has("setup") && !facts.has("url") ? all("#setup > ol > li:first-child") : [])],
    ["readiness", ".readiness > summary, .points > li"],
    ["teams.enforce", ".points > li:nth-child(4)"],
    ["teams.delegated_access", ".points > li:nth-child(5)"],
    ["teams.source", ".points > li:nth-child(n + 4):has(> a)"],
    ["methods.*", "nth", "#methods .methods > li"],
    ["custom_software", (fact, facts) => [rowOf("custom-software", facts)].filter(Boolean)],
    ["custom_hardware", (fact, facts) => [rowOf("custom-hardware", facts)].filter(Boolean)],
    ["passkeys.*", "#methods > .aside"],
    ["verification", "p.verification"],
    ["verified.*", "p.verification"],
    ["since", (fact, facts) => (facts.has("verified.date") ? [] : all("p.verification:has(time)"))],
    ["setup", "#setup > .aside, #setup > ul > li"],
    ["account", "#setup > .aside"],
    ["setup.source", "#setup > .aside"],
    ["setup.source", () => beginning("#sources > ul > li", "Setup guide:")],
    ["setup.plans", "#setup > .aside + p"],
    ["setup.requires", "#setup > ul > li"],
    ["setup.steps", "#setup > :not(h3) + ol > li"],
    ["setup.methods.*", (fact, facts, method) => listBelow("#setup", labelOf(rowOf(method, facts)))],
    ["hardware", "#hardware > p"],
    ["custom_hardware", "#hardware li"],
    ["recovery", "#recovery > p"],
    ["recovery.codes", "#recovery > h2 + p"],
    ["recovery_link", (fact) => all(`#recovery > p:has(${linkTo(fact.value)})`).slice(-1)],
    ["recovery.notes", "rest", "#recovery > :not(h2)"],
    ["request.message", "#ask > p"],
    ["contact.language", "#ask > p"],
    ["contact.*", (fact, facts, way) => {
      const ways = ["twitter", "facebook", "email", "form"].filter((each) => facts.has(`contact.${each}`));
      return all("#ask li").filter((item, index) => ways[index] === way);
    }],
    ["alternatives", "#alternatives li"],
    ["sharing.verdict", ".badges > li:nth-child(2), #sharing > .terms"],
    ["sharing.source", "#sharing > .terms"],
    ["sharing.checked", "#sharing > .terms"],
    ["sharing.quote", "#sharing > blockquote[cite] > p"],
    ["team", '#why > p, #sharing > p:has(> a[href*="/share-2fa-for/"])'],
    ["team", (fact) => (fact.value === "impossible" ? all("#sharing > p:last-child") : [])],
    ["product.pitch", (fact) => saying("#sharing > p, article > h1 + p", fact.value)],
    ["product.*.steps", (fact, facts, way) => ["#sharing", "#steps"].flatMap((part) => listBelow(part, SHARED[way]))],
    ["product.*.teammates", (fact, facts, way) => {
      const before = way === "sms" ? (facts.get("product.totp.teammates")?.value.length ?? 0) : 0;
      return all("#teammates li").slice(before, before + fact.value.length);
    }],
    ["product.call_to_action", ".cta"],
    ["sharing.instead", "rest", "#sharing > h3 ~ :not(h3)"],
    ["answers.*", "nth", "#faq dd"],
    ["faq.*.question", "last", "#faq dt"],
    ["faq.*.answer", "last", "#faq dd"],
    ["history.*", "nth", "#history li"],
    ["related", "#related li"],
    ["regions", () => beginning("#sources > ul > li", "Regions:")],
    ["regions.*", () => beginning("#sources > ul > li", "Regions:")],
    ["credit", () => [...beginning("#sources > ul > li", "Record:"), ...beginning("article > .aside", "Methods:")]],
    ["passkeys_credit", () => beginning("#sources > ul > li", "Also:")],
    ["edit_link", () => beginning("#sources > ul > li", "Edit")],
    ["report_link.*", (fact) => all(`#sources > ul > li:has(${linkTo(fact.value)})`)],
  ];

  // Return element → the facts that it shows.
  const findAll = (facts) => {
    const byName = new Map(facts.map((fact) => [fact.fact, fact]));
    const found = new Map();
    const add = (element, fact) => {
      if (!element) return;
      const held = found.get(element) ?? [];
      if (!held.includes(fact)) found.set(element, [...held, fact]);
    };
    const isRest = (line) => line[1] === "rest";
    const isFree = (element) => ![...found.keys()].some((taken) => element.contains(taken));
    for (const line of [...TABLE.filter((line) => !isRest(line)), ...TABLE.filter(isRest)]) {
      const pattern = new RegExp(`^${line[0].replaceAll(".", "\\.").replace("*", "([^.]+)")}$`);
      const meant = facts.filter(({ fact }) => pattern.test(fact));
      const find = line.at(-1);
      const elements = typeof find === "string" ? all(find) : [];
      meant.forEach((fact, index) => {
        const star = pattern.exec(fact.fact)[1];
        if (line[1] === "nth") add(elements[index], fact);
        else if (line[1] === "last") add(elements[elements.length - meant.length + index], fact);
        else if (isRest(line)) elements.filter(isFree).forEach((element) => add(element, fact));
        else (typeof find === "string" ? elements : find(fact, byName, star)).forEach((element) => add(element, fact));
      });
    }
    return found;
  };

  // --- Marks ----------------------------------------------------------------------------------------------------------

  const show = (value) => {
    const text = Array.isArray(value) ? value.join("; ") : String(value);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  };

  const describe = ({ fact, path, line, overrode, note, from }) => {
    const basis = from.length ? `from ${from.join(", ")}` : "nobody has said anything";
    const place = path ? `${path}${line ? `:${line}` : ""}` : basis;
    const gave = overrode ? `; replaces ${show(overrode.value)} (${overrode.path}:${overrode.line})` : "";
    return `${fact}: ${place}${gave}${note ? ` (${note})` : ""}`;
  };

  const makeMark = (layer, label, facts, href) => {
    const mark = document.createElement(href ? "a" : "span");
    mark.className = "twofa-mark";
    mark.dataset.twofaLayer = layer;
    mark.textContent = label;
    if (facts.length) mark.title = facts.map(describe).join("\n");
    if (href) mark.href = href;
    return mark;
  };

  // Where the marks of an element look best: in the cell of the label, and at the end of the text, not on a line below it.
  const placeFor = (element) => {
    const last = element.lastElementChild;
    const isWhole = last?.matches("p, pre") && element.textContent.trim() === last.textContent.trim();
    return element.querySelector(":scope > .label + .status")?.previousElementSibling ?? (isWhole ? last : element);
  };

  const clear = () => {
    document.querySelectorAll("a.twofa-mark, span.twofa-mark").forEach((mark) => mark.remove());
    for (const element of document.querySelectorAll(".twofa-fact")) {
      element.classList.remove("twofa-fact");
      if (!element.className) element.removeAttribute("class");
      delete element.dataset.twofaLayer;
      delete element.dataset.twofaFacts;
    }
    legend.replaceChildren();
  };

  const mark = ({ facts, layers }) => {
    clear();
    const used = new Map();
    for (const [element, shown] of findAll(facts)) {
      // One mark for each layer; its link leads to the first of the lines.
      for (const layer of new Set(shown.map((fact) => fact.layer))) {
        const together = shown.filter((fact) => fact.layer === layer);
        used.set(layer, layers[layer]);
        placeFor(element).append(makeMark(layer, layers[layer], together, together.find(({ href }) => href)?.href));
      }
      element.classList.add("twofa-fact");
      element.dataset.twofaLayer = shown[0].layer;
      element.dataset.twofaFacts = shown.map(({ fact }) => fact).join(" ");
    }
    const order = Object.keys(layers);
    const sorted = [...used].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
    legend.replaceChildren("Facts come from:", ...sorted.map(([layer, label]) => makeMark(layer, label, [])));
  };

  // --- The button -----------------------------------------------------------------------------------------------------

  const addStyle = () => {
    if (document.querySelector("link[data-twofa]")) return;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${ADDRESS}/facts.css`;
    style.dataset.twofa = "";
    document.head.append(style);
  };

  const update = async () => {
    const wanted = localStorage.getItem(WANTED) === "yes";
    toggle.setAttribute("aria-pressed", wanted);
    if (!wanted) {
      clear();
      return;
    }
    addStyle();
    const answer = await fetch(`${ADDRESS}/facts/${encodeURIComponent(host.dataset.slug)}.json`).catch(() => null);
    const told = answer && (await answer.json());
    if (localStorage.getItem(WANTED) !== "yes") return;
    if (told?.facts) mark(told);
    else legend.replaceChildren(told?.reason ?? "The server gave no answer.");
  };

  const warnings = bar.querySelector("details");
  if (warnings) {
    warnings.open = sessionStorage.getItem(FOLDED) !== "yes";
    warnings.addEventListener("toggle", () => sessionStorage.setItem(FOLDED, warnings.open ? "no" : "yes"));
  }

  if (toggle) {
    toggle.addEventListener("click", () => {
      localStorage.setItem(WANTED, localStorage.getItem(WANTED) === "yes" ? "no" : "yes");
      update();
    });
    update();
  }
}
