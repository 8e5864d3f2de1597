"""Updates that arrive while the process that takes them is killed: none is lost, none has its effects twice."""
