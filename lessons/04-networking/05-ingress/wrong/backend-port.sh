# diagnosis: backend-port
kubectl create ingress shop --class=nginx --rule='shop.example.test/*=shop:80' --rule='shop.example.test/api*=api:8080'
sleep 20
