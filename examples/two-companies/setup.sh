#!/bin/sh
# Makes the keys, certificates and the list of authorities for this example, with files alone. Here one person does all
# of it; in earnest each folder is another company, and only requests, certificates and trust.json go from one to
# another. No private key ever leaves the folder in which it was made.
set -eu
jar=${GATEWAY_JAR:-../../gateway/app/target/gateway/gateway.jar}
key() { java -jar "$jar" key "$@"; }

mkdir -p market acme globex initech

# The market is the authority: it says who may bring orders. All sides know its public key beforehand, from trust.json.
# In earnest its key has a passphrase and lies on a machine that is switched off.
key new market/authority.key --name Market --no-passphrase > market/authority.pub
key trust trust.json --add Market=market/authority.pub

# Everyone makes a key and asks for a certificate.
for who in market acme globex initech; do
  key new "$who/gateway.key" --name "$who" --no-passphrase > "$who/gateway.pub"
  key request "$who/gateway.key" -o "$who/gateway.request"
done

# The market says who they are and what they may do: companies write and can't read what others write.
key sign --key market/authority.key --rooms orders --roles publish --org Acme acme/gateway.request -o acme/gateway.certs
key sign --key market/authority.key --rooms orders --roles publish --org Globex globex/gateway.request -o globex/gateway.certs
key sign --key market/authority.key --rooms orders --org Market market/gateway.request -o market/gateway.certs

# Nobody signs for Initech, so it signs for itself and says that it is Acme.
key new initech/authority.key --name Market --no-passphrase > initech/authority.pub
key sign --key initech/authority.key --rooms orders --org Acme initech/gateway.request -o initech/gateway.certs

for who in market acme globex initech; do
  key import "$who/gateway.key" "$who/gateway.certs"
done
