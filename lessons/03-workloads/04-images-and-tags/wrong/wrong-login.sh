# diagnosis: wrong-login
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer \
  --docker-password=guess
kubectl patch deployment orders -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"shop-registry"}]}}}}'
sleep 40
