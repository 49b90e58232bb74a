"use strict";
(() => {
  const root = document.documentElement;
  const kept = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page on disk may have no storage */ } },
  };

  const themes = ["system", "light", "dark"];
  const button = document.getElementById("theme");
  const theme = (name) => {
    root.style.colorScheme = name === "system" ? "" : name;
    button.querySelector("span").textContent = name;
    kept.set("theme", name);
  };
  button.hidden = false;
  button.addEventListener("click", () => theme(themes[(themes.indexOf(button.querySelector("span").textContent) + 1) % 3]));
  // In the address, for pictures and links: catalogue.html?theme=dark&stack=prod
  const asked = new URLSearchParams(location.search);
  const first = asked.get("theme") || kept.get("theme");
  theme(themes.includes(first) ? first : "system");

  const shown = (stack) => {
    for (const each of document.querySelectorAll("[data-stacks]")) {
      each.hidden = stack !== "" && !each.dataset.stacks.split(" ").includes(stack);
    }
  };
  const radios = [...document.querySelectorAll("input[name=stack]")];
  for (const radio of radios) {
    radio.addEventListener("change", () => { shown(radio.value); kept.set("stack", radio.value); });
  }
  const chosen = radios.find((each) => each.value === (asked.get("stack") ?? kept.get("stack") ?? ""));
  if (chosen) { chosen.checked = true; shown(chosen.value); }

  // A link to something that is folded opens it.
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target; each; each = each.parentElement) { if (each.tagName === "DETAILS") { each.open = true; } }
    if (target) { target.scrollIntoView(); }
  };
  window.addEventListener("hashchange", open);
  open();

  const search = document.getElementById("search");
  if (!search) { return; }
  const found = document.getElementById("found");
  const items = [...document.querySelectorAll("[data-find], [data-rows] tr, [data-rows] li")];
  const texts = new Map(items.map((each) => [each, each.textContent.toLowerCase()]));
  const groups = [...document.querySelectorAll("[data-group]")].reverse();
  const titles = new Map(groups.map((each) => [each, [...each.querySelectorAll(":scope > h2, :scope > h4")].map((one) => one.textContent.toLowerCase()).join(" ")]));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (text) => words.every((word) => text.includes(word));
    const named = new Set(words.length ? groups.filter((each) => titles.get(each) && matches(titles.get(each))) : groups);
    let count = 0;
    for (const each of items) {
      let within = each.parentElement;
      while (within && !named.has(within)) { within = within.parentElement; }
      const hit = Boolean(words.length === 0 || within || matches(texts.get(each)));
      each.classList.toggle("miss", !hit);
      count += hit ? 1 : 0;
    }
    for (const each of groups) {
      each.classList.toggle("miss", words.length > 0 && !named.has(each) && !each.querySelector("[data-find]:not(.miss), [data-rows] :not(.miss):is(tr, li)"));
    }
    root.classList.toggle("searching", words.length > 0);
    found.textContent = words.length ? `${count} found` : "";
  };
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio]), textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && (search.value || event.target === search)) {
      search.value = "";
      filter();
      search.blur();
    }
  });
  if (asked.get("q")) { search.value = asked.get("q"); filter(); }
})();
