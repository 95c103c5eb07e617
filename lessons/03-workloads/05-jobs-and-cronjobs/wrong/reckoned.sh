# diagnosis: reckoned
kubectl create cronjob nightly --image=learn/batch:1.0 --schedule='0 18 * * *'
sleep 10
