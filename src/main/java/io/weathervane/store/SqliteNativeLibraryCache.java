package io.weathervane.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.CodeSource;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, kept unpacked between starts of one JVM: the driver unpacks it anew at each, and runs a
 * program to learn which one the machine needs, which takes about as long as all of the database's opening. The file
 * must be the one in the driver's jar, by length and checksum, so an upgrade or a torn copy is noticed; no user but
 * this one may write to it or its folder. In all other cases, and whenever something fails, the driver goes its own
 * way.
 */
final class SqliteNativeLibraryCache {
    /** Names the folder; the launcher sets it. */
    static final String FOLDER_PROPERTY = "weathervane.start";

    /** A kept file's name: this, and the library's place in the jar. */
    private static final String PREFIX = "sqlite-";

    private static final char FOLDER_IN_JAR = '/';
    private static final char FOLDER_IN_NAME = '+';
    private static final int READ_BYTES = 64 * 1024;

    private static final String DRIVER_FOLDER = "org.sqlite.lib.path";
    private static final String DRIVER_FILE = "org.sqlite.lib.name";
    private static final Logger LOG = LoggerFactory.getLogger("NativeLibrary");

    private SqliteNativeLibraryCache() {}

    /** Points the driver to the kept file; has an effect before the first connection only. */
    static synchronized void useKept() {
        String folder = System.getProperty(FOLDER_PROPERTY, "");
        if (folder.isEmpty() || System.getProperty(DRIVER_FOLDER) != null) {
            return;
        }
        try {
            keptIn(Path.of(folder)).ifPresent(file -> {
                System.setProperty(DRIVER_FILE, file.getFileName().toString());
                System.setProperty(DRIVER_FOLDER, folder);
            });
        } catch (IOException | URISyntaxException | RuntimeException e) {
            LOG.debug("the database's native library is not kept folder={}", folder, e);
        }
    }

    /** The library in this folder, put there if need be; empty when the folder is not safe or the jar has none. */
    static Optional<Path> keptIn(Path folder) throws IOException, URISyntaxException {
        CodeSource driver = SQLiteJDBCLoader.class.getProtectionDomain().getCodeSource();
        if (driver == null || !Files.isDirectory(folder) || !isOursAlone(folder)) {
            return Optional.empty();
        }
        try (ZipFile jar = new ZipFile(Path.of(driver.getLocation().toURI()).toFile())) {
            Optional<Path> kept = fromEarlier(folder, jar);
            return kept.isPresent() ? kept : unpacked(folder, jar);
        }
    }

    /** What another start of this JVM left: which library the machine needs is known by its name. */
    private static Optional<Path> fromEarlier(Path folder, ZipFile jar) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                ZipEntry library = name.startsWith(PREFIX)
                        ? jar.getEntry(name.substring(PREFIX.length()).replace(FOLDER_IN_NAME, FOLDER_IN_JAR))
                        : null;
                if (library != null && isSame(file, library)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> unpacked(Path folder, ZipFile jar) throws IOException {
        String place = LibraryLoaderUtil.getNativeLibResourcePath().substring(1)
                + FOLDER_IN_JAR
                + LibraryLoaderUtil.getNativeLibName();
        ZipEntry library = jar.getEntry(place);
        if (library == null) {
            return Optional.empty();
        }
        Path file = folder.resolve(PREFIX + place.replace(FOLDER_IN_JAR, FOLDER_IN_NAME));
        unpack(jar, library, file);
        return isSame(file, library) ? Optional.of(file) : Optional.empty();
    }

    private static boolean isOursAlone(Path path) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return (attributes.isDirectory() || attributes.isRegularFile())
                && attributes.owner().getName().equals(System.getProperty("user.name"))
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static boolean isSame(Path file, ZipEntry library) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || !isOursAlone(file)
                || Files.size(file) != library.getSize()) {
            return false;
        }
        CRC32 sum = new CRC32();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] part = new byte[READ_BYTES];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                sum.update(part, 0, read);
            }
        }
        return sum.getValue() == library.getCrc();
    }

    /** Beside its place first, so that no process ever loads half of it. */
    private static void unpack(ZipFile jar, ZipEntry library, Path file) throws IOException {
        Path copy = Files.createTempFile(file.getParent(), "new-", ".so");
        try (InputStream in = jar.getInputStream(library)) {
            // Into the file that is there: a new one would have the mode that the umask leaves it.
            try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.WRITE)) {
                in.transferTo(out);
            }
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(copy);
        }
    }
}
