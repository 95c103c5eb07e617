# What does each Pod of web say that it is?
for pod in $(kubectl get pods -l app=web -o name); do
  echo "$pod: $(kubectl exec $pod -- wget -qO- localhost:8080/version)"
done
