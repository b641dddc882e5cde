/*
 * What makes the pages more comfortable. Every page works without it. Plain ES5: Internet Explorer 11 reads it too.
 * It sends no form by itself but the one that carries an answer of ours back to a product.
 */
(function () {
  "use strict";

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  function counted(number, unit) {
    return number + " " + unit + (number === 1 ? "" : "s");
  }

  /* 160 -> "2 minutes 40 seconds", in the server's words */
  function inWords(seconds) {
    var hours = Math.floor(seconds / 3600);
    var minutes = Math.floor((seconds % 3600) / 60);
    var rest = seconds % 60;
    var words = [];
    if (hours) { words.push(counted(hours, "hour")); }
    if (minutes) { words.push(counted(minutes, "minute")); }
    if (rest || !words.length) { words.push(counted(rest, "second")); }
    return words.join(" ");
  }

  function countDown(line) {
    var end = new Date().getTime() + Number(line.getAttribute("data-wait")) * 1000;
    var alert = document.querySelector("[role=alert]");
    var timer = setInterval(tick, 1000);

    function tick() {
      var left = Math.ceil((end - new Date().getTime()) / 1000);
      /* Read aloud once, when the page opened, and not again each second. */
      if (alert) { alert.removeAttribute("role"); }
      if (left > 0) {
        line.textContent = "You can try again in " + inWords(left) + ".";
        return;
      }
      clearInterval(timer);
      window.location.replace(line.getAttribute("data-again"));
    }
  }

  function copyFromField(text) {
    var field = document.createElement("textarea");
    var copied = false;
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "off-screen";
    document.body.appendChild(field);
    field.select();
    try { copied = document.execCommand("copy"); } catch (ignored) { copied = false; }
    document.body.removeChild(field);
    return copied;
  }

  function copyButton(button) {
    var status = button.parentNode.querySelector("[data-copied]");
    var text = button.getAttribute("data-copy");

    function tell(copied) {
      status.textContent = copied ? "Copied." : "Your browser didn't allow it. Select the code and copy it by hand.";
      button.focus();
    }

    button.hidden = false;
    button.addEventListener("click", function () {
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(text).then(function () { tell(true); }, function () { tell(copyFromField(text)); });
      } else {
        tell(copyFromField(text));
      }
    });
  }

  function printButton(button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  }

  function ownQuestion(select) {
    var field = document.getElementById(select.getAttribute("data-own-field"));
    function show() { field.hidden = select.value !== "own"; }
    select.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }

  function focusOnProblem() {
    var alert = document.querySelector("[role=alert]");
    if (alert && !document.querySelector("[autofocus]")) { alert.focus(); }
  }

  function element(name, kind, text) {
    var made = document.createElement(name);
    made.className = kind;
    made.textContent = text;
    return made;
  }

  /* What is said on the other side comes by itself; what is typed here goes with the form, as without script. */
  function listen(list) {
    var status = document.getElementById("live-status");
    var state = document.getElementById("case-state");
    var meaning = document.getElementById("case-meaning");
    var source = null;
    var over = false;
    var changed = false;

    function add(said) {
      var item, by;
      if (document.getElementById("said-" + said.id)) { return; }
      item = element("li", said.own ? "said said-own" : "said", "");
      item.id = "said-" + said.id;
      by = element("p", "said-by", "");
      by.appendChild(element("strong", "", said.author));
      by.appendChild(document.createTextNode(" at " + said.at));
      item.appendChild(by);
      item.appendChild(element("p", "said-text", said.text));
      list.appendChild(item);
      list.hidden = false;
      each("[data-nothing-said]", function (line) { line.hidden = true; });
    }

    function last() {
      var items = list.querySelectorAll("li[id^=said-]");
      return items.length ? items[items.length - 1].id.slice("said-".length) : list.getAttribute("data-newest");
    }

    function stop() {
      if (source) { source.close(); }
      source = null;
    }

    function start() {
      if (source || over || document.hidden) { return; }
      source = new EventSource(list.getAttribute("data-live") + "?after=" + last());
      source.onopen = function () { tell("New messages appear here by themselves."); };
      source.onerror = function () { tell("New messages don't appear by themselves at the moment. Load this page again to see them."); };
      source.onmessage = function (event) { add(JSON.parse(event.data)); };
      source.addEventListener("state", function (event) {
        var now = JSON.parse(event.data);
        if (state) { state.textContent = now.words; }
        if (meaning && now.meaning) { meaning.textContent = now.meaning; }
        tell("This case has changed. Load this page again to see what comes next.");
        /* Nothing that comes later is more worth knowing: a case that closes ends its stream too. */
        changed = true;
      });
      source.addEventListener("over", function () {
        over = true;
        stop();
        tell("New messages no longer appear here by themselves. Load this page again to see them.");
      });
    }

    function tell(words) { if (status && !changed) { status.textContent = words; } }

    if (!window.EventSource) { return; }
    /* What arrives counts as read: only while the page can be seen. */
    document.addEventListener("visibilitychange", function () { if (document.hidden) { stop(); } else { start(); } });
    window.addEventListener("pagehide", stop);
    window.addEventListener("pageshow", start);
    start();
  }

  function sendAtOnce(form) {
    form.submit();
  }

  focusOnProblem();
  each("form[data-send]", sendAtOnce);
  each("[data-wait]", countDown);
  each("[data-copy]", copyButton);
  each("[data-print]", printButton);
  each("select[data-own-field]", ownQuestion);
  each("[data-live]", listen);
}());
