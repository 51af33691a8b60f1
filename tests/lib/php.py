"""php-fpm, and a web server of its own in front of it: how shops in PHP run."""
import glob
import os
import time

import servers

FPM = """[global]
error_log = %(data)s/fpm.log
daemonize = no
[www]
user = %(user)s
listen = %(data)s/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = %(children)d
"""
NGINX = """daemon off;
error_log %(data)s/nginx.log warn;
pid %(data)s/nginx.pid;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path %(data)s/body; fastcgi_temp_path %(data)s/fastcgi; proxy_temp_path %(data)s/proxy;
    uwsgi_temp_path %(data)s/uwsgi; scgi_temp_path %(data)s/scgi;
    server { listen 127.0.0.1:%(port)d;
             location / { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME %(script)s;
                          %(params)s fastcgi_pass unix:%(data)s/fpm.sock; } }
}
"""


def missing():
    return None if glob.glob("/usr/sbin/php-fpm*") else "/usr/sbin/php-fpm"


def start(data, user, *options, children=2):
    """php-fpm listens at DATA/fpm.sock."""
    with open(data + "/fpm.conf", "w", encoding="utf-8") as file:
        file.write(FPM % {"data": data, "user": user, "children": children})
    with open(data + "/said", "ab") as said:
        process = servers.start([sorted(glob.glob("/usr/sbin/php-fpm*"))[-1], *options, "-y", data + "/fpm.conf"],
                                stdout=said, stderr=said)
    end = time.monotonic() + 20
    while not os.path.exists(data + "/fpm.sock"):
        assert process.poll() is None and time.monotonic() < end, "php-fpm does not start"
        time.sleep(0.05)


def web(data, port, script, **params):
    """A web server that gives everything to the script, with these parameters."""
    words = " ".join("fastcgi_param %s %s;" % pair for pair in params.items())
    with open(data + "/nginx.conf", "w", encoding="utf-8") as file:
        file.write(NGINX % {"data": data, "port": port, "script": script, "params": words})
    with open(data + "/said", "ab") as said:
        process = servers.start(["/usr/sbin/nginx", "-p", data, "-c", data + "/nginx.conf"], stdout=said, stderr=said)
    assert servers.wait_port(port, process=process), "nginx does not start"
