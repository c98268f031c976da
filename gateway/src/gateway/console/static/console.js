(() => {
  "use strict";
  const csrf = () => document.body.dataset.csrf;
  const typing = (at) => at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));

  // Nothing fires on half a word of an input method; what was composed counts once, at its end.
  addEventListener("input", (event) => { if (event.isComposing) event.stopImmediatePropagation(); }, true);
  addEventListener("compositionend", (event) =>
    event.target.dispatchEvent(new Event("input", { bubbles: true })), true);

  // Where the keyboard stands after a page or a part of one was drawn.
  const settle = () => {
    const errors = document.querySelector(".errors");
    if (errors) errors.focus();
    return Boolean(errors);
  };
  addEventListener("DOMContentLoaded", settle);
  addEventListener("htmx:afterSettle", (event) => {
    const at = document.activeElement;
    if (!settle() && event.detail.target.id === "main" && (!at || at === document.body))
      document.getElementById("main").focus({ preventScroll: true });
  });
  addEventListener("htmx:beforeSwap", (event) => {
    const kind = event.detail.xhr.getResponseHeader("Content-Type") || "";
    if (event.detail.xhr.status !== 204 && !kind.startsWith("text/html")) unreachable(event);
  });
  addEventListener("htmx:sendError", unreachable);
  function unreachable(event) {
    if (event.detail && "shouldSwap" in event.detail) event.detail.shouldSwap = false;
    const note = document.createElement("p");
    note.className = "notice error";
    note.setAttribute("role", "alert");
    note.textContent = document.body.dataset.unreachable;
    document.getElementById("main").prepend(note);
  }

  // Keys: / search, j k rows, Enter opens, ? help.
  addEventListener("keydown", (event) => {
    if (document.body.dataset.keys !== "on" || event.isComposing || event.ctrlKey ||
        event.metaKey || event.altKey || typing(event.target)) return;
    const rows = [...document.querySelectorAll("tr[data-row]")];
    const at = rows.findIndex((row) => row.classList.contains("here"));
    if (event.key === "/") {
      const field = document.querySelector("[data-search]");
      if (field) { event.preventDefault(); field.focus(); }
    } else if (event.key === "?") {
      location.assign("/console/help");
    } else if (event.key === "j" || event.key === "k") {
      if (!rows.length) return;
      const next = Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
      if (at >= 0) rows[at].classList.remove("here");
      rows[next].classList.add("here");
      const link = rows[next].querySelector("a");
      if (link) link.focus();
    } else if (event.key === "Enter" && event.target === document.body && at >= 0) {
      const link = rows[at].querySelector("a");
      if (link) link.click();
    }
  });

  // Drafts: what is typed is kept on the server a moment later, and before the page goes.
  let waiting = null;
  const keep = () => {
    if (!waiting) return Promise.resolve();
    clearTimeout(waiting.timer);
    const form = waiting.form;
    waiting = null;
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    data.set("_form", new URL(form.action).pathname);
    return fetch("/console/drafts", { method: "POST", body: data, keepalive: true }).catch(() => {});
  };
  addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.hasAttribute("data-draft")) return;
    if (waiting) clearTimeout(waiting.timer);
    waiting = { form, timer: setTimeout(keep, 800) };
  });
  addEventListener("submit", () => { if (waiting) { clearTimeout(waiting.timer); waiting = null; } }, true);
  addEventListener("visibilitychange", () => { if (document.hidden) keep(); });

  // The lock: nobody moves for so long, and the screen shows nothing of anybody any more.
  const idle = 1000 * Number(document.body.dataset.idle || 0);
  if (idle) {
    let moved = Date.now(), told = Date.now();
    for (const name of ["keydown", "pointerdown", "pointermove", "scroll"])
      addEventListener(name, () => { moved = Date.now(); }, { passive: true, capture: true });
    setInterval(async () => {
      const now = Date.now();
      if (now - moved >= idle) {
        await keep();
        location.replace("/console/locked?to=" + encodeURIComponent(location.pathname + location.search));
      } else if (moved > told && now - told > idle / 3) {
        told = now;
        fetch("/console/alive", { method: "POST", body: new URLSearchParams({ _csrf: csrf() }) }).catch(() => {});
      }
    }, Math.min(10000, idle / 10));
  }

  addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

  // Lists of rows in a form: one more, one less. Without a script the server answers the same buttons.
  addEventListener("change", (event) => {
    const all = event.target.closest("[data-all]");
    if (all) for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });
})();
