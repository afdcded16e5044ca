package io.weathervane.util;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Explains in words why a file or folder could not be used, since Java explains it by names of its classes. */
public final class FileErrorMessages {
    private FileErrorMessages() {}

    /** The end of a sentence such as "cannot read X: ...". */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist, or is a link that leads nowhere";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied: check the owner and mode of it and of its folder";
        }
        if (failure instanceof FileAlreadyExistsException taken) {
            return taken.getFile() + " is there already, and is no folder";
        }
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
