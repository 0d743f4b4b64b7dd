"use strict";
// The page is readable without this script: it adds the highlight, the filters by application and text, and folding.
(() => {
  const $ = (id) => document.getElementById(id);
  const apps = [...document.querySelectorAll(".app")];
  const rows = new Map([...document.querySelectorAll("tr[data-a]")].map((row) => [row.dataset.a, row]));
  const notes = new Map(apps.map((app) => [app, [...app.querySelectorAll(".note")]]));
  const rest = $("rest");
  const words = (element) => (element.dataset.l || "").split(" ").filter(Boolean);

  // Linked lines: output line -> input lines, input line -> output lines and notes; built when an application is first touched.
  const wired = new WeakMap();
  const wire = (app) => {
    if (wired.has(app)) return wired.get(app);
    const links = new Map();
    const join = (from, to) => links.has(from) ? links.get(from).add(to) : links.set(from, new Set([to]));
    const both = (from, to) => { join(from, to); join(to, from); };
    for (const link of app.querySelectorAll(".output .lines > div > a")) {
      const line = link.parentNode;
      both(line.id, link.hash.slice(1));
      words(link).forEach((id) => both(line.id, id));
    }
    for (const note of notes.get(app)) words(note).forEach((id) => both(note.id, id));
    wired.set(app, links);
    return links;
  };

  let lit = [];
  const light = (element) => {
    const app = element && element.closest(".app");
    const ids = app ? [element.id, ...(wire(app).get(element.id) || [])] : [];
    lit.forEach((entry) => entry.classList.remove("on"));
    lit = ids.length > 1 ? ids.map($).filter(Boolean) : [];
    lit.forEach((entry) => entry.classList.add("on"));
    if (app && !element.closest(".output")) reveal(app.querySelector(".output"));
  };

  // Only the output's own pane is moved; the page stays where the reader put it.
  const reveal = (pane) => {
    const line = pane && lit.find((entry) => pane.contains(entry));
    if (!line || pane.scrollHeight <= pane.clientHeight) return;
    const [outer, inner] = [pane.getBoundingClientRect(), line.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) pane.scrollTop += inner.top - outer.top - outer.height / 3;
  };

  const part = (target) => target instanceof Element ? target.closest(".lines > div, .note") : null;
  let waiting = 0;
  const later = (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => light(part(event.target)), event.type === "focusin" ? 0 : 60);
  };
  document.addEventListener("mouseover", later);
  document.addEventListener("focusin", later);

  // Filters; the text of a note is read once.
  const texts = new WeakMap();
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const shownLevels = () => ["error", "warning", "info"].filter((level) => $("show-" + level).checked);
  const plural = (count, noun) => count + " " + noun + (count === 1 ? "" : "s");
  const filter = () => {
    const text = $("text").value.trim().toLowerCase();
    const levels = shownLevels();
    const narrowed = levels.length < 3 || text;
    const wanted = (note, named) => {
      note.hidden = !(named || textOf(note).includes(text));
      return !note.hidden && levels.some((level) => note.classList.contains(level));
    };
    let findings = 0, shown = 0;
    for (const app of apps) {
      const named = !text || textOf(app.querySelector("summary")).includes(text);
      const count = notes.get(app).filter((note) => wanted(note, named)).length;
      app.hidden = ($("only").value && $("only").value !== app.id) || (narrowed && !count && !(text && named));
      if (rows.has(app.id)) rows.get(app.id).hidden = app.hidden;
      if (!app.hidden) { shown += 1; findings += count; }
    }
    if (rest) {
      const count = [...rest.querySelectorAll(".note")].filter((note) => wanted(note, !text)).length;
      rest.hidden = Boolean($("only").value) || (narrowed && !count);
      findings += rest.hidden ? 0 : count;
    }
    $("status").textContent = narrowed || $("only").value ? plural(findings, "finding") + " in " + plural(shown, "application") + " shown" : "";
  };
  const unfold = (app) => { if (app) app.open = true; };
  let typing = 0;
  $("text").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filter, 80); });
  $("only").addEventListener("change", () => { filter(); unfold($($("only").value)); });
  ["error", "warning", "info"].forEach((level) => $("show-" + level).addEventListener("change", filter));
  const fold = (open) => apps.filter((app) => !app.hidden).forEach((app) => { app.open = open; });
  $("unfold").addEventListener("click", () => fold(true));
  $("fold").addEventListener("click", () => fold(false));

  // A link into a fold opens it.
  const arrive = () => {
    const target = location.hash && $(location.hash.slice(1));
    const app = target && target.closest(".app");
    if (!app) return;
    unfold(app);
    if (target.matches(".note")) target.open = true;
    target.scrollIntoView({ block: target === app ? "start" : "center" });
  };
  addEventListener("hashchange", arrive);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      $("text").focus();
    }
    if (event.key === "Escape" && event.target === $("text")) { $("text").value = ""; filter(); }
  });

  document.querySelectorAll(".scripted").forEach((element) => { element.hidden = false; });
  filter();
  arrive();
})();
