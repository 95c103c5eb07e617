# diagnosis: helper-again
kubectl replace --force -f nightly.yaml
sleep 20
