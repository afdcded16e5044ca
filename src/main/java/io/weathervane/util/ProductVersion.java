package io.weathervane.util;

/** The version of this program. */
public final class ProductVersion {
    private ProductVersion() {}

    /** The version of the jar, or {@code development} when the classes do not come from one. */
    public static String text() {
        String version = ProductVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
