# diagnosis: none
# The application is noted, and rolled out for it.
kubectl -n {{ns}} patch deployment {{app}} -p '{"spec":{"template":{"metadata":{"annotations":{"example.com/note":"slow"}}}}}'
# The Job is given a deadline; one of its Pods has to go.
kubectl -n {{ns}} patch job {{job}} -p '{"spec":{"activeDeadlineSeconds":99999}}'
# broken: job-untouched
kubectl -n {{ns}} patch job {{job}} -p '{"spec":{"activeDeadlineSeconds":null}}'
kubectl -n {{ns}} delete --force --grace-period=0 "$(kubectl -n {{ns}} get pods -l task={{job}} -o name | head -n 1)"
# broken: job-untouched
