// Apollo Kotlin 4: Android, the JVM and Kotlin Multiplatform.
plugins {
    id("com.apollographql.apollo") version "4.3.3"
}

apollo {
    service("simpul") {
        packageName.set("id.simpul.client")
        schemaFiles.from("src/main/graphql/public.graphql")
        srcDir("src/main/graphql/queries")
        // The documents are named by their hash; the hub has the same manifest.
        operationManifestFormat.set("persistedQueryManifest")
        mapScalar("DateTime", "kotlinx.datetime.Instant", "com.apollographql.adapter.datetime.KotlinxInstantAdapter")
        mapScalar("Date", "kotlinx.datetime.LocalDate", "com.apollographql.adapter.datetime.KotlinxLocalDateAdapter")
        mapScalarToKotlinLong("Rupiah")
        mapScalarToKotlinString("RegionCode")
    }
}
