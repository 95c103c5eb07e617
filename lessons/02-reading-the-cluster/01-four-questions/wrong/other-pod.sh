# diagnosis: other-pod
kubectl delete pod crash-pod
sed -e 's/big-pod/crash-pod/' -e 's/64Gi/64Mi/' big-pod.yaml | kubectl apply -f -
sleep 20
