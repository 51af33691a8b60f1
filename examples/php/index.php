<?php
// A page that takes an address, keeps a token of it, and shows the address as its purpose allows:
// masked for visitors ("pages"), whole for staff whose purpose says so. The application's own storage,
// here a file, never has anything but tokens.
//
//     SEKISHO_VAULT=var/run/vault.sock SHOP_FILE=/tmp/orders.json php -S 127.0.0.1:8000 examples/php/index.php
//
// and in sekisho.conf a site with this upstream, and purposes "pages" (masked) and "orders" (plain).
// /?receipt=0 says who has read the data of the first order; a shop lets only its buyer see that page.
require __DIR__ . '/vault.php';

function orders(?array $add = null): array
{
    $file = getenv('SHOP_FILE') ?: '/tmp/orders.json';
    $orders = is_file($file) ? json_decode(file_get_contents($file), true) : [];
    if ($add) {
        $orders[] = $add;
        file_put_contents($file, json_encode($orders), LOCK_EX);
    }
    return $orders;
}

/** Takes name and address in, as one case: what is kept of this order ends with it. */
function order_take(string $name, string $address): void
{
    $kept = vault_ask('put', ['case' => 'new', 'values' => [
        ['kind' => 'name', 'text' => $name],
        ['kind' => 'address', 'text' => $address],
    ]]);
    orders(['case' => $kept['case'], 'name' => $kept['tokens'][0], 'address' => $kept['tokens'][1]]);
}

/** Who has read it: a line for each showing, in words. */
function receipt_lines(array $order): array
{
    $words = ['self' => 'ご本人', 'owner' => '店舗責任者', 'nobody' => 'サインインしていない閲覧', 'read' => '表示', 'found' => '検索',
        'exported' => '書き出し', 'masked' => '一部を伏せて', 'plain' => '全体', 'render' => '伝票・通知のみ', 'name' => 'お名前',
        'address' => 'ご住所', 'phone' => '電話番号', 'email' => 'メールアドレス'];
    $say = fn (string $word) => $words[$word] ?? $word;
    $receipt = vault_ask('receipt', ['purpose' => 'pages', 'token' => $order['name']])['receipt'];
    return array_map(fn ($r) => substr($r['when'], 0, 19) . ' ' . $say($r['who']) . ' ' . $say($r['what']) . '（'
        . implode('・', array_map($say, $r['kinds'])) . ' ' . $say($r['show'] ?? '') . '） 目的: ' . $r['purpose'], $receipt);
}

$purpose = ($_GET['as'] ?? '') === 'staff' ? 'orders' : 'pages';
$message = '';
$receipt = null;
try {
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {
        order_take($_POST['name'] ?? '', $_POST['address'] ?? '');
        header('Location: /', true, 303);
        exit;
    }
    $tokens = array_merge(...array_map(fn ($o) => [$o['name'], $o['address']], orders()));
    $shown = $tokens ? vault_ask('read', ['purpose' => $purpose, 'tokens' => $tokens])['values'] : [];
    $order = orders()[(int) ($_GET['receipt'] ?? -1)] ?? null;
    $receipt = $order ? receipt_lines($order) : null;
} catch (VaultRefused $refused) {
    http_response_code($refused->word === 'unfit_value' ? 400 : 503);
    $message = $refused->getMessage();
    $shown = [];
}
$text = fn (string $token) => htmlspecialchars($shown[$token]['text'] ?? '●●●');
?>
<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<title>ご注文</title>
<?php if ($message) { ?><p role="alert"><?= htmlspecialchars($message) ?></p><?php } ?>
<?php if ($receipt !== null) { ?>
<h2>個人情報の閲覧記録</h2>
<ol>
<?php foreach ($receipt as $line) { ?>
  <li><?= htmlspecialchars($line) ?></li>
<?php } ?>
</ol>
<?php } ?>
<ul>
<?php foreach (orders() as $order) { ?>
  <li><?= $text($order['name']) ?> <?= $text($order['address']) ?></li>
<?php } ?>
</ul>
<form method="post">
  <label>お名前 <input name="name" required></label>
  <label>ご住所 <input name="address" required></label>
  <button>注文する</button>
</form>
