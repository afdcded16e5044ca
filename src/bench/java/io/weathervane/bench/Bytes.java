package io.weathervane.bench;

/** Searching in byte arrays. */
final class Bytes {
    private Bytes() {}

    static int indexOf(byte[] bytes, int end, byte[] wanted, int from) {
        for (int at = from; at <= end - wanted.length; at++) {
            if (startsWith(bytes, at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    static int indexOf(byte[] bytes, int end, byte wanted, int from) {
        for (int at = from; at < end; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
