# The Services are mended where they are wrong.
# goal: shop
kubectl patch service shop -p '{"spec":{"selector":{"app":"shop"}}}'
# goal: cart
kubectl patch service cart --type=json -p '[{"op":"remove","path":"/spec/selector/team"}]'
# goal: stock
kubectl patch service stock --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":"http"}]'
# goal: price
kubectl set env deployment/price REPORT_FILE=/content/prices.txt
kubectl rollout status deployment/price
# goal: mail
kubectl expose deployment mail --port=80 --target-port=8080
sleep 5
