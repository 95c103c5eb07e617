# diagnosis: grows
kubectl apply -f web.yaml
sed 's/# TODO 1.*/if [ "$wanted" -gt 0 ]; then make_pod; fi/' controller.sh > mine.sh
bash mine.sh > log 2>&1 &
sleep 50
