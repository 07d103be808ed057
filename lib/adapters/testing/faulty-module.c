/*
 * SoftHSM with faults, for tests: a PKCS #11 module that passes every call on to the one named by REAL_MODULE and
 * fails as the file FAULTS says. Each line there is used up once:
 *   <function> <return value in hex>   that call fails
 *   <function> hang | crash            that call never returns, or takes the process with it
 *   flags <bits in hex>                C_GetTokenInfo adds these flags
 *   attribute <type in hex> <0 | 1>    C_GetAttributeValue gives this for that attribute
 *   garble <anything>                  the next signature is changed
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11.h"

static CK_FUNCTION_LIST list;
static CK_FUNCTION_LIST *real;

/* Takes the first line that starts with `name` out of the file, and gives what follows. */
static int take(const char *name, char *rest) {
  const char *path = getenv("FAULTS");
  char lines[4096] = "", kept[4096] = "";
  FILE *file = path ? fopen(path, "r") : NULL;
  int found = 0;
  if (!file) return 0;
  size_t size = fread(lines, 1, sizeof lines - 1, file);
  fclose(file);
  lines[size] = 0;
  for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
    if (!found && strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ' ') {
      strcpy(rest, line + strlen(name) + 1);
      found = 1;
    } else {
      strcat(strcat(kept, line), "\n");
    }
  }
  if (found && (file = fopen(path, "w"))) {
    fputs(kept, file);
    fclose(file);
  }
  return found;
}

static CK_RV fault(const char *name) {
  char rest[256];
  if (!take(name, rest)) return CKR_OK;
  if (strcmp(rest, "hang") == 0) sleep(600);
  if (strcmp(rest, "crash") == 0) abort();
  return strtoul(rest, NULL, 16);
}

static CK_RV OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application, CK_NOTIFY notify,
                         CK_SESSION_HANDLE_PTR session) {
  CK_RV failed = fault("C_OpenSession");
  return failed ? failed : real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV failed = fault("C_Login");
  return failed ? failed : real->C_Login(session, user, pin, length);
}

static CK_RV GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  char rest[256];
  CK_RV result = real->C_GetTokenInfo(slot, info);
  if (take("flags", rest)) info->flags |= strtoul(rest, NULL, 16);
  return result;
}

static CK_RV SignInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  CK_RV failed = fault("C_SignInit");
  return failed ? failed : real->C_SignInit(session, mechanism, key);
}

static CK_RV Sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG size, CK_BYTE_PTR signature,
                  CK_ULONG_PTR length) {
  char rest[256];
  if (take("garble", rest)) {
    CK_RV result = real->C_Sign(session, data, size, signature, length);
    signature[*length - 1] ^= 1;
    return result;
  }
  CK_RV failed = fault("C_Sign");
  return failed ? failed : real->C_Sign(session, data, size, signature, length);
}

static CK_RV GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR publicPart,
                             CK_ULONG publicCount, CK_ATTRIBUTE_PTR privatePart, CK_ULONG privateCount,
                             CK_OBJECT_HANDLE_PTR publicKey, CK_OBJECT_HANDLE_PTR privateKey) {
  CK_RV failed = fault("C_GenerateKeyPair");
  return failed ? failed
                : real->C_GenerateKeyPair(session, mechanism, publicPart, publicCount, privatePart, privateCount,
                                          publicKey, privateKey);
}

static CK_RV GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes,
                               CK_ULONG count) {
  char rest[256], name[64];
  CK_RV result = real->C_GetAttributeValue(session, object, attributes, count);
  for (CK_ULONG index = 0; index < count; index++) {
    snprintf(name, sizeof name, "attribute %lx", attributes[index].type);
    if (attributes[index].pValue && take(name, rest)) *(CK_BBOOL *)attributes[index].pValue = rest[0] == '1';
  }
  return result;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR given) {
  void *module = dlopen(getenv("REAL_MODULE"), RTLD_NOW | RTLD_LOCAL);
  if (!module) return CKR_GENERAL_ERROR;
  CK_C_GetFunctionList open = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  CK_RV result = open(&real);
  if (result != CKR_OK) return result;
  list = *real;
  list.C_OpenSession = OpenSession;
  list.C_Login = Login;
  list.C_GetTokenInfo = GetTokenInfo;
  list.C_SignInit = SignInit;
  list.C_Sign = Sign;
  list.C_GenerateKeyPair = GenerateKeyPair;
  list.C_GetAttributeValue = GetAttributeValue;
  *given = &list;
  return CKR_OK;
}
