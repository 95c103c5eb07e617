# The class becomes the default, and there are two Ingresses for one host.
# goal: claimed
kubectl annotate ingressclass nginx ingressclass.kubernetes.io/is-default-class=true
kubectl create ingress shop --rule='shop.example.test/*=shop:80'
# goal: api
kubectl create ingress api --class=nginx --rule='shop.example.test/api*=api:80'
sleep 20
