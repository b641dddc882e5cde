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

  function sendAtOnce(form) {
    form.submit();
  }

  focusOnProblem();
  each("form[data-send]", sendAtOnce);
  each("[data-wait]", countDown);
  each("[data-copy]", copyButton);
  each("[data-print]", printButton);
  each("select[data-own-field]", ownQuestion);
}());
