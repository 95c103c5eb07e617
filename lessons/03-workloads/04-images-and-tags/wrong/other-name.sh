# diagnosis: other-name
kubectl create secret docker-registry shop-login --docker-server=registry.shop.example --docker-username=deployer \
  --docker-password="$(awk '/password/ { print $2 }' login.txt)"
kubectl patch deployment orders -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"shop-registry"}]}}}}'
sleep 20
