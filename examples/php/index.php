<?php
// A page that takes an address, keeps a token of it, and shows the address as its purpose allows:
// masked for visitors ("pages"), whole for staff whose purpose says so. The application's own storage,
// here a file, never has anything but tokens.
//
//     SEKISHO_VAULT=var/run/vault.sock SHOP_FILE=/tmp/orders.json php -S 127.0.0.1:8000 examples/php/index.php
//
// and in sekisho.conf a site with this upstream, and purposes "pages" (masked) and "orders" (plain).
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

$purpose = ($_GET['as'] ?? '') === 'staff' ? 'orders' : 'pages';
$message = '';
try {
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {
        order_take($_POST['name'] ?? '', $_POST['address'] ?? '');
        header('Location: /', true, 303);
        exit;
    }
    $tokens = array_merge(...array_map(fn ($o) => [$o['name'], $o['address']], orders()));
    $shown = $tokens ? vault_ask('read', ['purpose' => $purpose, 'tokens' => $tokens])['values'] : [];
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
