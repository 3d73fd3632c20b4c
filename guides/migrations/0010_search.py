import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0009_imports'),
    ]

    operations = [
        migrations.AlterField(
            model_name='searchkey',
            name='key',
            field=models.CharField(max_length=253),
        ),
        migrations.CreateModel(
            name='SearchPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('piece', models.CharField(max_length=5)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='guides.searchkey')),
            ],
            options={
                'indexes': [models.Index(fields=['piece', 'key'], name='search_piece')],
            },
        ),
    ]
