# diagnosis: one-role-more
kubectl create role look-less --verb=get,list,watch --resource=pods,deployments.apps
kubectl create rolebinding intern-looks-less --role=look-less --serviceaccount=default:intern
