# diagnosis: publish-unready
kubectl patch service price -p '{"spec":{"publishNotReadyAddresses":true}}'
