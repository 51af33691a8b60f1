/* OpenSSL's X.509 interface enters here only. */
#include "sekisho/cert.h"

#include "base/hash.h"
#include "sekisho/files.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

static void
cert_close(X509 **cert)
{
    X509_free(*cert);
}

static void
key_close(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void
bio_close(BIO **bio)
{
    BIO_free(*bio);
}

static sk_err
cert_read(X509 **cert, const char *path)
{
    DEFER(bio_close) BIO *in = BIO_new_file(path, "r");

    if (!in)
        return sk_fail(SK_MISSING, "the certificate %s cannot be read: make it or correct the path",
                       path);
    *cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
    if (*cert) return sk_ok();
    return sk_fail(SK_BAD, "%s is no certificate in PEM form (-----BEGIN CERTIFICATE-----)", path);
}

/* A key with a password would stop the start: nobody is there to type it. */
static int
no_password(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

static sk_err
key_read(EVP_PKEY **key, const char *path)
{
    DEFER(bio_close) BIO *in = BIO_new_file(path, "r");

    if (!in)
        return sk_fail(SK_MISSING, "the key %s cannot be read: make it or correct the path", path);
    *key = PEM_read_bio_PrivateKey(in, NULL, no_password, NULL);
    if (*key) return sk_ok();
    return sk_fail(SK_BAD, "%s is no private key in PEM form without a password", path);
}

/* 112 bits: RSA 2048, as the TLS guideline asks. */
static sk_err
strength_check(const EVP_PKEY *key, const char *path)
{
    if (EVP_PKEY_get_security_bits(key) >= 112) return sk_ok();
    return sk_fail(SK_BAD, "%s is too weak (%d bits): use ECDSA P-256 or RSA from 2048 bits", path,
                   EVP_PKEY_get_bits(key));
}

sk_err
cert_check(int64_t *days, const char *chain, const char *key_path)
{
    DEFER(cert_close) X509 *cert = NULL;
    DEFER(key_close) EVP_PKEY *key = NULL;
    int left = 0, seconds = 0;

    TRY(cert_read(&cert, chain));
    TRY(key_read(&key, key_path));
    if (X509_check_private_key(cert, key) != 1)
        return sk_fail(SK_BAD,
                       "the key %s does not fit the certificate %s: one of them is of "
                       "another pair",
                       key_path, chain);
    TRY(strength_check(key, key_path));
    if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0)
        return sk_fail(SK_BAD, "the certificate %s is not valid yet: is the clock right?", chain);
    if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0)
        return sk_fail(SK_BAD, "the certificate %s has expired: renew it, then `sekisho reload`",
                       chain);
    if (!ASN1_TIME_diff(&left, &seconds, NULL, X509_get0_notAfter(cert)))
        return sk_fail(SK_BAD, "the certificate %s has a broken date", chain);
    if (days) *days = left;
    return sk_ok();
}

/* ── making one ── */

static bool
is_ip(sk_str name, char out[64])
{
    unsigned char binary[16];

    if (sk_str_starts(name, SK_STR("["))) name = (sk_str){ name.p + 1, name.n - 2 };
    snprintf(out, 64, "%.*s", SK_ARG(name));
    return inet_pton(AF_INET, out, binary) == 1 || inet_pton(AF_INET6, out, binary) == 1;
}

static void
alternative_names(struct sk_buf *out, const struct conf_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        char ip[64];
        bool numeric = is_ip(names->item[i], ip);

        if (i) sk_buf_byte(out, ',');
        if (numeric)
            sk_buf_printf(out, "IP:%s", ip);
        else
            sk_buf_printf(out, "DNS:%.*s", SK_ARG(names->item[i]));
    }
    sk_buf_byte(out, '\0');
}

static bool
extension_add(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool added = extension && X509_add_ext(cert, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return added;
}

static bool
cert_fill(X509 *cert, EVP_PKEY *key, const char *alternatives)
{
    X509_NAME *name = X509_get_subject_name(cert);
    uint64_t serial;

    sk_random(&serial, sizeof(serial));
    return X509_set_version(cert, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1 | 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
           X509_time_adj_ex(X509_getm_notAfter(cert), CERT_DAYS - 1, 0, NULL) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)"Sekisho, self-signed", -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(cert, name) == 1 && X509_set_pubkey(cert, key) == 1 &&
           extension_add(cert, NID_basic_constraints, "critical,CA:FALSE") &&
           extension_add(cert, NID_key_usage, "critical,digitalSignature") &&
           extension_add(cert, NID_ext_key_usage, "serverAuth") &&
           extension_add(cert, NID_subject_alt_name, alternatives) &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static sk_err
bio_write(const char *path, BIO *bio, int mode)
{
    char *data = NULL;
    long n = BIO_get_mem_data(bio, &data);

    return files_write(path, (sk_str){ data, (size_t)n }, mode);
}

sk_err
cert_make(const char *chain, const char *key_path, const struct conf_list *names)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(key_close) EVP_PKEY *key = EVP_EC_gen("P-256");
    DEFER(cert_close) X509 *cert = X509_new();
    DEFER(bio_close) BIO *pem_key = BIO_new(BIO_s_secmem());
    DEFER(bio_close) BIO *pem_cert = BIO_new(BIO_s_mem());
    struct sk_buf alternatives = { .mem = mem };

    alternative_names(&alternatives, names);
    if (!key || !cert || !pem_key || !pem_cert || !cert_fill(cert, key, alternatives.p) ||
        PEM_write_bio_PrivateKey(pem_key, key, NULL, NULL, 0, NULL, NULL) != 1 ||
        PEM_write_bio_X509(pem_cert, cert) != 1)
        return sk_fail(SK_BROKEN, "cannot make a certificate for %s", alternatives.p);
    TRY(bio_write(key_path, pem_key, 0600));
    return bio_write(chain, pem_cert, 0644);
}

bool
cert_fits(const char *chain, const struct conf_list *names)
{
    DEFER(cert_close) X509 *cert = NULL;
    int days = 0, seconds = 0;

    if (sk_failed(cert_read(&cert, chain))) return false;
    if (!ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert)) || days < CERT_WARN_DAYS)
        return false;
    for (size_t i = 0; i < names->count; i++) {
        char ip[64];
        bool numeric = is_ip(names->item[i], ip);
        sk_str name = names->item[i];

        if (numeric ? X509_check_ip_asc(cert, ip, 0) != 1
                    : X509_check_host(cert, name.p, name.n, 0, NULL) != 1)
            return false;
    }
    return true;
}
