<?php
// A small shop that knows nothing of tokens: it checks what it is sent, as shops do, keeps it, and shows
// it. Orders lie in a file, a line of JSON each.
header('Content-Type: text/html; charset=utf-8');
$file = $_SERVER['SHOP_DATA'] . '/orders.jsonl';
$path = strtok($_SERVER['REQUEST_URI'], '?');
$h = fn($s) => htmlspecialchars((string) $s, ENT_QUOTES, 'UTF-8');
$checks = [
    'name' => fn($v) => preg_match('/^.{1,40}$/us', $v) === 1,
    'kana' => fn($v) => preg_match('/^[ァ-ヶー　 ]+$/u', $v) === 1,
    'tel' => fn($v) => preg_match('/^0[0-9]{1,4}-?[0-9]{1,4}-?[0-9]{3,4}$/', $v) === 1,
    'email' => fn($v) => filter_var($v, FILTER_VALIDATE_EMAIL) !== false,
    'birth' => fn($v) => preg_match('/^(\d{4})-(\d\d)-(\d\d)$/', $v, $m) === 1 && checkdate((int) $m[2], (int) $m[3], (int) $m[1]),
    'address' => fn($v) => preg_match('/^.{1,200}$/us', $v) === 1,
];
if ($path === '/shop/order' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $order = [];
    foreach ($checks as $field => $fits) {
        $order[$field] = trim((string) ($_POST[$field] ?? ''));
        if (!$fits($order[$field])) {
            http_response_code(422);
            exit("<p>check: " . $h($field) . "</p>");
        }
    }
    if (isset($_FILES['photo'])) $order['photo'] = hash_file('sha256', $_FILES['photo']['tmp_name']);
    file_put_contents($file, json_encode($order, JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND | LOCK_EX);
    header('Location: /shop/thanks?n=' . (count(file($file)) - 1), true, 303);
    exit;
}
$orders = is_file($file) ? array_map(fn($l) => json_decode($l, true), file($file)) : [];
if ($path === '/shop/thanks') {
    $o = $orders[(int) $_GET['n']];
    echo '<title>ご注文</title><p>' . $h($o['name']) . '（' . $h($o['kana']) . '）様</p><p>' . $h($o['address']) . '</p>';
    echo '<form method="post" action="/shop/order"><input name="tel" value="' . $h($o['tel']) . '"></form>';
    echo '<script>var order = ' . json_encode($o, JSON_HEX_TAG | JSON_HEX_AMP) . ';</script>';
    exit;
}
if ($path === '/admin/orders.csv') {
    header('Content-Type: text/csv; charset=utf-8');
    $out = fopen('php://output', 'w');
    foreach ($orders as $o) fputcsv($out, [$o['name'], $o['tel'], $o['address'], $o['birth']]);
    exit;
}
if ($path === '/admin/orders.json') {
    header('Content-Type: application/json');
    exit(json_encode($orders));
}
if ($path === '/admin/long') { // a page that takes its time: a list of all orders, again and again
    for ($i = 0; $i < (int) $_GET['times']; $i++) {
        foreach ($orders as $o) echo '<tr><td>' . $h($o['name']) . '<td>' . $h($o['email']) . '<td>' . str_repeat('.', 1000) . "\n";
        flush();
        usleep(20000);
    }
    exit;
}
echo '<table>';
foreach ($orders as $o) {
    echo '<tr><td>' . $h($o['name']) . '<td>' . $h($o['tel']) . '<td><a href="mailto:' . $h($o['email']) . '">' . $h($o['email']) . '</a>';
}
echo '</table>';
