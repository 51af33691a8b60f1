<?php
// Asking the vault from PHP: one function, nothing to install. The ticket is the gate's, of the request
// at hand; what may be asked is decided by what stands in it. docs/protocol/vault.md has all questions.

const VAULT_SOCKET = '/var/lib/sekisho/run/vault.sock'; // or where SEKISHO_VAULT points

final class VaultRefused extends RuntimeException
{
    public function __construct(public readonly string $word, string $why)
    {
        parent::__construct($why);
    }
}

/** POST /v1/$verb. Throws VaultRefused with the stable word ("budget_hour"). */
function vault_ask(string $verb, array $question): array
{
    $path = getenv('SEKISHO_VAULT') ?: VAULT_SOCKET;
    $socket = @stream_socket_client("unix://$path", $code, $why, 5);
    if (!$socket) {
        throw new VaultRefused('away', "the vault is away: $why");
    }
    stream_set_timeout($socket, 10);
    $body = json_encode($question, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
    fwrite($socket, "POST /v1/$verb HTTP/1.0\r\nContent-Type: application/json\r\n"
        . 'X-Sekisho-Ticket: ' . ($_SERVER['HTTP_X_SEKISHO_TICKET'] ?? '') . "\r\n"
        . 'Content-Length: ' . strlen($body) . "\r\n\r\n" . $body);
    [$head, $text] = explode("\r\n\r\n", stream_get_contents($socket), 2) + [1 => ''];
    fclose($socket);
    $answer = json_decode($text, true, 16) ?? ['error' => 'broken', 'why' => 'no answer'];
    if (!str_contains(strtok($head, "\r\n"), ' 200')) {
        throw new VaultRefused($answer['error'], $answer['why']);
    }
    return $answer;
}
