/* Finds the number whose SHA-256, behind the salt, is the challenge: proof of work in ALTCHA's form.
 * The page starts this file once more as a worker, which computes; the page shows how far it is. */
"use strict";
(function () {
  var K = [];
  for (var n = 2; K.length < 64; n++) {
    var prime = true;
    for (var d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) { var root = Math.cbrt(n); K.push(Math.floor((root - Math.floor(root)) * 4294967296) | 0); }
  }
  var H = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  var w = new Int32Array(64);

  /* FIPS 180-4, of one text in ASCII; eight numbers. */
  function sha256(text) {
    var blocks = (text.length + 9 + 63) >> 6, h = H.slice(), i, b;
    for (b = 0; b < blocks; b++) {
      for (i = 0; i < 16; i++) {
        var at = b * 64 + i * 4, word = 0;
        for (var k = 0; k < 4; k++, at++)
          word = word << 8 | (at < text.length ? text.charCodeAt(at) : at === text.length ? 0x80 : 0);
        w[i] = word;
      }
      if (b === blocks - 1) w[15] = text.length * 8;
      for (i = 16; i < 64; i++) {
        var x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
      }
      var v = h.slice();
      for (i = 0; i < 64; i++) {
        var e = v[4], a = v[0];
        var t = v[7] + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & v[5] ^ ~e & v[6]) + K[i] + w[i] | 0;
        var u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & v[1] ^ a & v[2] ^ v[1] & v[2]) | 0;
        v = [t + u | 0, a, v[1], v[2], v[3] + t | 0, e, v[5], v[6]];
      }
      for (i = 0; i < 8; i++) h[i] = h[i] + v[i] | 0;
    }
    return h;
  }

  function words(hex) {
    var out = [];
    for (var i = 0; i < 8; i++) out.push(parseInt(hex.substr(i * 8, 8), 16) | 0);
    return out;
  }

  function solve(puzzle, tell) {
    var wanted = words(puzzle.challenge);
    for (var number = 0; number <= puzzle.maxnumber; number++) {
      var got = sha256(puzzle.salt + number);
      if (got[0] === wanted[0] && got.join() === wanted.join()) return number;
      if (number % 2000 === 0) tell(number / puzzle.maxnumber);
    }
    return -1;
  }

  if (typeof document === "undefined") {
    self.onmessage = function (message) {
      var number = solve(message.data, function (part) { self.postMessage({ part: part }); });
      self.postMessage({ number: number });
    };
    return;
  }

  var form = document.getElementById("challenge"), state = document.getElementById("state");
  var bar = form.querySelector("progress"), button = form.querySelector("button");
  var puzzle = JSON.parse(form.dataset.puzzle), begun = Date.now();

  function finish(number) {
    if (number < 0) { state.textContent = form.dataset.failed; return; }
    form.elements.altcha.value = btoa(JSON.stringify({
      algorithm: puzzle.algorithm, challenge: puzzle.challenge, number: number, salt: puzzle.salt,
      signature: puzzle.signature, took: Date.now() - begun
    }));
    bar.value = 1;
    state.textContent = form.dataset.done;
    button.disabled = false;
    form.submit();
  }

  state.textContent = form.dataset.busy;
  var worker = new Worker("/.sekisho/challenge.js");
  worker.onmessage = function (message) {
    if ("part" in message.data) bar.value = message.data.part;
    else finish(message.data.number);
  };
  worker.onerror = function () { finish(-1); };
  worker.postMessage(puzzle);
})();
