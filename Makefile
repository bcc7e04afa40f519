# Node 24 comes as a development dependency, so an older Node on the machine is enough to bootstrap.
NODE := node_modules/.bin/node
