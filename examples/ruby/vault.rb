# Asking the vault from Ruby: ruby examples/ruby/vault.rb, with SEKISHO_VAULT and SEKISHO_TICKET set. In
# an application the ticket is request.env['HTTP_X_SEKISHO_TICKET'] of the request at hand.
require 'json'
require 'socket'

class VaultRefused < StandardError
  attr_reader :word

  def initialize(word, why)
    super(why)
    @word = word
  end
end

def vault_ask(verb, question, ticket, path = ENV.fetch('SEKISHO_VAULT'))
  body = JSON.generate(question)
  answer = UNIXSocket.open(path) do |socket|
    socket.write("POST /v1/#{verb} HTTP/1.0\r\nContent-Type: application/json\r\n" \
                 "X-Sekisho-Ticket: #{ticket}\r\nContent-Length: #{body.bytesize}\r\n\r\n#{body}")
    socket.read
  end
  head, text = answer.force_encoding('UTF-8').split("\r\n\r\n", 2)
  read = JSON.parse(text)
  return read if head.lines.first.include?(' 200')

  raise VaultRefused.new(read['error'], read['why'])
end

if $PROGRAM_NAME == __FILE__
  ticket = ENV.fetch('SEKISHO_TICKET')
  kept = vault_ask('put', { values: [{ kind: 'address', text: '〒150-8512 東京都渋谷区桜丘町26-1' }] }, ticket)
  shown = vault_ask('read', { purpose: ENV.fetch('SEKISHO_PURPOSE'), tokens: kept['tokens'] }, ticket)
  puts [kept['tokens'][0], shown['values'][kept['tokens'][0]]['text']].join(' ')
end
