"""A real WordPress from Debian's packages: MariaDB, php-fpm and a plain nginx, each in a folder of its
own, on loopback and Unix sockets, ended by process id. Changed in nothing."""
import glob
import http.client
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
import urllib.parse

import servers

NAME, PASSWORD, MAIL = "tencho", "kumano-sando-no-ishidatami", "tencho@example.jp"
TREE = "/usr/share/wordpress"

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', '%(user)s');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_HOME', 'https://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', 'https://' . $_SERVER['HTTP_HOST']);
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') $_SERVER['HTTPS'] = 'on';
%(salts)s
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

FPM = """[global]
error_log = %(folder)s/fpm.log
daemonize = no
[www]
user = %(user)s
listen = %(folder)s/fpm.sock
listen.owner = %(user)s
listen.mode = 0666
pm = static
pm.max_children = 2
php_admin_value[sendmail_path] = /bin/true
"""

NGINX = """daemon off;
error_log %(folder)s/nginx.log warn;
pid %(folder)s/nginx.pid;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path %(folder)s/body; fastcgi_temp_path %(folder)s/fastcgi;
    proxy_temp_path %(folder)s/proxy; uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
    server {
        listen 127.0.0.1:%(port)d;
        root %(folder)s/www;
        index index.php;
        location / { try_files $uri $uri/ /index.php?$args; }
        location ~ \\.php$ {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_pass unix:%(folder)s/fpm.sock;
        }
    }
}
"""


def missing():
    """What is not on this machine, or None."""
    wanted = ["/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db", "/usr/sbin/nginx",
              TREE + "/wp-login.php"]
    for path in wanted:
        if not os.path.exists(path):
            return path
    return None if glob.glob("/usr/sbin/php-fpm*") else "/usr/sbin/php-fpm"


class WordPress:
    """`with WordPress() as site:` listens on site.port; NAME is its administrator."""

    def __init__(self):
        self.folder = servers.folder("sekisho-wordpress-")
        self.port = servers.free_port()
        self.user = "www-data" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.said = open(self.folder + "/said.log", "ab")

    def __enter__(self):
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._database()
        self._files()
        fpm = servers.start(self._as_user(sorted(glob.glob("/usr/sbin/php-fpm*"))[-1], "-y",
                                          self.folder + "/fpm.conf", "-n", *self._extensions()),
                            stdout=self.said, stderr=self.said)
        self._wait(self.folder + "/fpm.sock", fpm)
        servers.start(["/usr/sbin/nginx", "-p", self.folder, "-c", self.folder + "/nginx.conf"],
                      stdout=self.said, stderr=self.said)
        if not servers.wait_port(self.port):
            sys.exit("WordPress does not answer: see %s" % self.folder)
        self._install()
        return self

    def __exit__(self, *_):
        self.said.close()

    def _as_user(self, *command):
        return ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups",
                *command] if os.geteuid() == 0 else list(command)

    @staticmethod
    def _wait(path, process, seconds=30):
        end = time.monotonic() + seconds
        while not os.path.exists(path) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)

    @staticmethod
    def _extensions():
        """Of all that Debian's configuration loads, what WordPress needs: it starts faster."""
        folder = subprocess.run(["php", "-r", "echo PHP_EXTENSION_DIR;"], text=True, check=True,
                                stdout=subprocess.PIPE).stdout
        words = []
        for name in ("mysqlnd", "mysqli", "gd", "ctype", "tokenizer", "opcache"):
            if os.path.exists("%s/%s.so" % (folder, name)):
                kind = "zend_extension" if name == "opcache" else "extension"
                words += ["-d", "%s=%s" % (kind, name)]
        return words

    def _database(self):
        data, sock = self.folder + "/data", self.folder + "/db.sock"
        subprocess.run(self._as_user("/usr/bin/mariadb-install-db", "--no-defaults",
                                     "--datadir=" + data, "--auth-root-authentication-method=socket",
                                     "--auth-root-socket-user=" + self.user, "--skip-test-db"),
                       check=True, stdout=self.said, stderr=self.said)
        process = servers.start(
            self._as_user("/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + data,
                          "--socket=" + sock, "--skip-networking",
                          "--pid-file=%s/db.pid" % self.folder,
                          "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0",
                          "--sync-binlog=0", "--skip-log-bin", "--unix-socket=ON"),
            stdout=self.said, stderr=self.said)
        self._wait(sock, process)
        subprocess.run(self._as_user("mariadb", "--no-defaults", "--socket=" + sock, "-e",
                                     "CREATE DATABASE wordpress;"),
                       check=True, stdout=self.said, stderr=self.said)

    def _files(self):
        words = {"folder": self.folder, "port": self.port, "user": self.user,
                 "socket": self.folder + "/db.sock"}
        words["salts"] = "\n".join(
            "define('%s_%s', '%s');" % (a, b, secrets.token_hex(32))
            for a in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE") for b in ("KEY", "SALT"))
        shutil.copytree(TREE, self.folder + "/www", symlinks=False,
                        ignore_dangling_symlinks=True)
        for name, text in (("www/wp-config.php", CONFIG), ("fpm.conf", FPM), ("nginx.conf", NGINX)):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text % words)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", self.user, self.folder + "/www"], check=True)

    def _install(self):
        fields = {"weblog_title": "山の道具店", "user_name": NAME, "admin_password": PASSWORD,
                  "admin_password2": PASSWORD, "pw_weak": "on", "admin_email": MAIL,
                  "blog_public": "0", "language": ""}
        status, text = self.ask("POST", "/wp-admin/install.php?step=2", fields)
        if status != 200 or "wp-login.php" not in text:
            sys.exit("WordPress was not installed (%d): %s" % (status, text[:2000]))

    def ask(self, method, target, fields=None, **headers):
        """Straight to WordPress, past any gate: (status, text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": "127.0.0.1:%d" % self.port, "X-Forwarded-Proto": "https", **headers}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, target, urllib.parse.urlencode(fields or {}), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
