/* Shows the company's widget and hands in the token that it gives. Whatever does not work leads to
 * the calculation instead: nobody stays in front of an empty box. */
"use strict";
(function () {
  var form = document.getElementById("human"), state = document.getElementById("state");
  var widget = document.getElementById("widget").className !== "";
  var PATIENCE = 10000, over = false;

  function instead() {
    if (over) return;
    over = true;
    state.textContent = form.dataset.failed;
    location.replace(form.dataset.instead);
  }

  function solved(token) {
    if (over) return;
    over = true;
    form.elements.human.value = token;
    state.textContent = form.dataset.done;
    form.submit();
  }

  /* Without a widget nobody is asked: the company judges by what it has seen. */
  function judge() {
    state.textContent = form.dataset.busy;
    setTimeout(instead, PATIENCE);
    try {
      window.grecaptcha.ready(function () {
        window.grecaptcha.execute(form.dataset.key, { action: "sign_in" }).then(solved, instead);
      });
    } catch (error) { instead(); }
  }

  window.sekishoSolved = solved;
  window.sekishoFailed = instead;
  var late = setTimeout(instead, PATIENCE);
  var script = document.createElement("script");
  script.src = form.dataset.script;
  script.onerror = instead;
  script.onload = function () {
    clearTimeout(late);
    if (!widget) judge();
    else if (!over) state.textContent = form.dataset.ready;
  };
  document.head.appendChild(script);
})();
