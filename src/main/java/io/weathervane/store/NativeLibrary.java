package io.weathervane.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * SQLite's native library, kept unpacked between starts: the driver unpacks it anew at each, which takes about as long
 * as all of the database's opening. The file must be the one in the driver's jar, by length and checksum, so an upgrade
 * or a torn copy is noticed; nobody but this user may write to its folder. In all other cases, and whenever something
 * fails, the driver goes its own way.
 */
final class NativeLibrary {
    /** Names the folder; the launcher sets it. */
    static final String FOLDER_PROPERTY = "weathervane.start";

    private static final String DRIVER_FOLDER = "org.sqlite.lib.path";
    private static final String DRIVER_FILE = "org.sqlite.lib.name";
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    /** Points the driver to the kept file; has an effect before the first connection only. */
    static void useKept() {
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
        if (driver == null || !isOursAlone(folder)) {
            return Optional.empty();
        }
        try (ZipFile jar = new ZipFile(Path.of(driver.getLocation().toURI()).toFile())) {
            String name = LibraryLoaderUtil.getNativeLibName();
            ZipEntry library =
                    jar.getEntry(LibraryLoaderUtil.getNativeLibResourcePath().replaceFirst("^/", "") + "/" + name);
            if (library == null) {
                return Optional.empty();
            }
            Path file = folder.resolve("sqlite-" + Long.toHexString(library.getCrc()) + "-" + name);
            if (!isSame(file, library)) {
                unpack(jar, library, file);
            }
            return isSame(file, library) ? Optional.of(file) : Optional.empty();
        }
    }

    private static boolean isOursAlone(Path folder) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isDirectory()
                && attributes.owner().getName().equals(System.getProperty("user.name"))
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static boolean isSame(Path file, ZipEntry library) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != library.getSize()) {
            return false;
        }
        CRC32 sum = new CRC32();
        sum.update(Files.readAllBytes(file));
        return sum.getValue() == library.getCrc();
    }

    /** Beside its place first, so that nobody ever loads half of it. */
    private static void unpack(ZipFile jar, ZipEntry library, Path file) throws IOException {
        Path copy = Files.createTempFile(file.getParent(), "sqlite-", ".new");
        try (InputStream in = jar.getInputStream(library)) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(copy);
        }
    }
}
