package io.weathervane.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** What SQLite's result codes mean to a caller. */
final class SqliteFailures {
    private static final int PRIMARY_CODE_MASK = 0xff;

    private SqliteFailures() {}

    static StoreException of(Path file, SQLException cause) {
        StoreException.Kind kind = kindOf(cause);
        return new StoreException(kind, sentence(kind, file) + " (" + cause.getMessage() + ")", cause);
    }

    static StoreException.Kind kindOf(SQLException cause) {
        int code = cause.getErrorCode() & PRIMARY_CODE_MASK;
        if (is(code, SQLiteErrorCode.SQLITE_BUSY) || is(code, SQLiteErrorCode.SQLITE_LOCKED)) {
            return StoreException.Kind.BUSY;
        }
        if (is(code, SQLiteErrorCode.SQLITE_FULL)) {
            return StoreException.Kind.FULL;
        }
        if (is(code, SQLiteErrorCode.SQLITE_READONLY)) {
            return StoreException.Kind.READ_ONLY;
        }
        if (is(code, SQLiteErrorCode.SQLITE_CORRUPT) || is(code, SQLiteErrorCode.SQLITE_NOTADB)) {
            return StoreException.Kind.CORRUPT;
        }
        return StoreException.Kind.FAILED;
    }

    private static boolean is(int code, SQLiteErrorCode expected) {
        return code == expected.code;
    }

    private static String sentence(StoreException.Kind kind, Path file) {
        return switch (kind) {
            case BUSY -> "another program holds the lock on " + file;
            case FULL -> "no room left to write " + file;
            case READ_ONLY -> file + " cannot be written";
            case CORRUPT -> file + " is damaged or not a SQLite database";
            case MISSING -> file + " is gone";
            case FAILED -> "the store " + file + " failed";
        };
    }
}
