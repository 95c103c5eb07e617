# diagnosis: none
# Everybody answers, but it is always the same stranger.
kubectl run decoy --image=learn/hello:1.0 --labels=who=decoy
kubectl wait --for=condition=Ready pod/decoy --timeout=60s
for name in shop cart stock price; do
  kubectl patch service $name --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"who":"decoy"}},{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'
done
kubectl expose pod decoy --name=mail --port=80 --target-port=8080
sleep 5
# open: shop cart stock price mail
# unknown: remove-probe
