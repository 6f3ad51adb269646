#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic macros, which Swift does not import:
// one function per kind of argument, so that a wrong type is a compile error.

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);

// The signature libcurl uses for both body and header callbacks.
typedef size_t (*ccurl_receive)(char *bytes, size_t size, size_t count, void *context);
CURLcode ccurl_set_receive(CURL *handle, CURLoption option, ccurl_receive value);

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);

// CURL_GLOBAL_DEFAULT is a macro over other macros, which Swift does not import either.
CURLcode ccurl_start(void);
